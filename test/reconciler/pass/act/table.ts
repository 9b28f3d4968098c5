/** Tables of the ways out of an act: what the ports answer, in which order they are called, and what is said at the end. */
import { expect } from 'chai';
import type { PolicyStatus } from '../../../../pkg/api/index.js';
import type { ErrorCode } from '../../../../pkg/errors/index.js';
import type { AbsentMember, Decision } from '../../../../pkg/governance/index.js';
import { act } from '../../../../pkg/reconciler/pass/act/act.js';
import type { ActRequest, EarlierRounds } from '../../../../pkg/reconciler/pass/act/round.js';
import { guardPlan } from '../../../../pkg/reconciler/pass/guard.js';
import { planFor } from '../../../../pkg/reconciler/pass/plan.js';
import { RulesetReads } from '../../../../pkg/reconciler/pass/ruleset-reads.js';
import { openWrite } from '../../../../pkg/reconciler/memory/open-write.js';
import type { ActResult, PassObservation } from '../../../../pkg/reconciler/types.js';
import { findingOf, idsOf, NOW, specOf, type SpecInput } from '../../../governance/builders.js';
import {
  idList,
  readerOf,
  recordOf,
  rulesetOf,
  writerOf,
  type ReaderScript,
  type RecordScript,
  type WriterScript,
} from '../../ports.js';

export interface Case {
  reason: string;
  /** Members before; 1 and 2 are in production, 3 is retired, 4 is in production and no member. */
  members?: readonly number[];
  spec?: SpecInput;
  status?: PolicyStatus;
  absent?: AbsentMember[];
  /** Whether somebody may leave, each time that it is asked; the last answer stays. */
  doubts?: (string | undefined)[];
  /** In place of plan and guard. */
  decide?: (first: Decision, rounds: EarlierRounds) => Decision;
  reads?: ReaderScript['readRuleset'];
  github?: WriterScript;
  home?: RecordScript;
  /** Ends the pass while the PUT is on its way. */
  stopsAtPut?: Error;
  order: string[];
  ends: Ending;
}

interface Ending {
  error?: ErrorCode;
  message?: RegExp;
  written?: true;
  pending?: true;
  /** The membership as last known. */
  live: string;
  /** The status that was kept before the PUT goes on: who would leave by it is counted. */
  intended?: true;
  stays?: string;
  left?: number[];
}

export const BEFORE = [1, 2, 3];
export const AFTER = [1, 2, 4];
export const before = rulesetOf(BEFORE);
export const after = rulesetOf(AFTER);

export const answered = (ruleset = after): { state: 'answered'; ruleset: typeof after } => ({
  state: 'answered',
  ruleset,
});
export const unknown = { state: 'unknown', why: 'HTTP 502' } as const;

/** One round up to its PUT. */
export const ready = (target: string): string[] => [
  'may write',
  `intent ${target}`,
  'essential read',
  'may write',
  `essential PUT ${target}`,
];
export const READY = ready('1+2+4');
/** Reads after a PUT that GitHub says it did not take, none of which shows anything of it. */
export const NO_TRACE = [0, 1, 2].flatMap((repeats) => ['essential read', `pause ${repeats}`]).concat('essential read');
export const noTrace = (live = before): (typeof before)[] => [live, live, live, live];
export const superseded = (target: string): string[] => ['may write', `superseded ${target}`, `intent ${target}`];

const FINDINGS = [
  findingOf(1, 'valid_production'),
  findingOf(2, 'valid_production'),
  findingOf(3, 'valid_non_production'),
  findingOf(4, 'valid_production'),
];

/** The last of the list for ever. */
const nextOf = <T>(list: T[]): T | undefined => (list.length > 1 ? list.shift() : list[0]);

function requestOf({ members = BEFORE, spec: input, status = {}, absent = [], doubts = [], decide }: Case): ActRequest {
  const spec = specOf({ exit: { gracePeriod: '0s' }, guards: { maxLeaving: '100%' }, ...input });
  const policy = { metadata: { name: 'acme', namespace: 'default' }, spec };
  const live = rulesetOf(members);
  const seen = { findings: FINDINGS, absent, skewed: false } as unknown as PassObservation;
  const planned: ActRequest['decide'] = (of, memory, rounds) => {
    const request = { policy, status: memory, reconcileID: 'test' } as unknown as Parameters<typeof planFor>[0];
    return guardPlan(planFor(request, seen, of, { now: NOW, ...rounds }), spec);
  };
  const decision = planned(live, status);
  const answers = [...doubts];
  return {
    ...{ organization: 'acme', rulesetName: live.name, live, status, decision },
    decide: decide === undefined ? planned : (_live, _status, rounds = {}) => decide(decision, rounds),
    openWrite: (of, memory) => openWrite(memory, of, { now: NOW, isTrusted: true }),
    doubt: () => nextOf(answers),
  };
}

/** GitHub dates each change; those of a script come in their order. */
function dated<T>(read: T, index: number): T {
  const isRuleset = typeof read === 'object' && read !== null && 'members' in read;
  return isRuleset ? { ...read, updatedAt: new Date(NOW + index).toISOString() } : read;
}

export async function play(given: Case): Promise<{ order: string[]; acted: ActResult; unread: number }> {
  const order: string[] = [];
  const controller = new AbortController();
  const reads = (given.reads ?? []).map((read, index) => dated(read, index));
  const writer = writerOf(order, { ...given.github, puts: [...(given.github?.puts ?? [])] });
  const reader = readerOf(order, { readRuleset: reads });
  const deps = {
    reader,
    rulesets: new RulesetReads({ reader, memory: { newestRuleset: undefined } }),
    writer: {
      ...writer,
      writeMembers: (...put: Parameters<typeof writer.writeMembers>) => {
        if (given.stopsAtPut !== undefined) controller.abort(given.stopsAtPut);
        return writer.writeMembers(...put);
      },
    },
    record: recordOf(order, given.home),
  };
  const acted = await act(requestOf(given), deps, controller.signal);
  return { order, acted, unread: reads.length };
}

/** One test for each of them. */
export function testAll(cases: readonly Case[]): void {
  for (const given of cases) {
    it(given.reason, async () => {
      const { order, acted, unread } = await play(given);
      const { error, message, live, written = false, pending = false, intended = false, stays, left } = given.ends;
      expect(order).to.deep.equal(given.order);
      expect(unread, 'reads of the script that nobody asked for').to.equal(0);
      expect(acted.error?.code, acted.error?.message).to.equal(error);
      if (message !== undefined) expect(acted.error?.message).to.match(message);
      expect({ written: acted.written, pending: acted.pending, live: idList(acted.live.members) }).to.deep.equal({
        ...{ written, pending, live },
      });
      expect(acted.intended?.pendingWrite !== undefined, 'the mark of the write goes on').to.equal(intended);
      expect(acted.stays).to.equal(stays);
      if (written || left !== undefined) expect(idsOf(acted.decision.toLeave), 'who leaves').to.deep.equal(left ?? []);
    });
  }
}
