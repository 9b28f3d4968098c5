/**
 * Plan and guard of one view, as a table: what of the memory, of the time and of a refusal of GitHub counts, and why somebody
 * stays. The laws of time are in time-laws.test.ts; those of membership in test/governance/membership.
 */
import { expect } from 'chai';
import type { PolicyStatus } from '../../../pkg/api/index.js';
import type { AbsentMember, Finding } from '../../../pkg/governance/index.js';
import { frozen, guardPlan } from '../../../pkg/reconciler/pass/guard.js';
import { planFor, type Moment } from '../../../pkg/reconciler/pass/plan.js';
import type { PassObservation } from '../../../pkg/reconciler/types.js';
import {
  at,
  clockOf,
  DAY,
  findingOf,
  HOUR,
  idsOf,
  liveOf,
  NOW,
  range,
  specOf,
  type SpecInput,
} from '../../governance/builders.js';
import { policyOf } from '../ports.js';

const MEMBERS = range(1, 8);
const others = MEMBERS.slice(1).map((id) => findingOf(id, 'valid_production'));
/** The first one left production, and its time is over. */
const DUE = [findingOf(1, 'valid_non_production'), ...others];
const OVER: PolicyStatus = { leaving: [clockOf(1, NOW - 2 * DAY)] };
const BOTH = [1, 2].map((id) => findingOf(id, 'valid_non_production')).concat(others.slice(1));
/** The second one would have left by a write that began then. */
const openSince = (ms: number): PolicyStatus => ({
  leaving: [clockOf(1, NOW - 2 * DAY), clockOf(2, NOW - 2 * DAY, { dueTime: at(ms) })],
  pendingWrite: { planHash: `sha256:${'0'.repeat(64)}`, startTime: at(ms) },
});
const SKEWED = "stays while the local clock and GitHub's differ by more than 5 minutes";

interface Case {
  reason: string;
  spec?: SpecInput;
  status?: PolicyStatus;
  findings?: Finding[];
  absent?: AbsentMember[];
  skewed?: true;
  moment?: Partial<Moment>;
  leave: number[];
  /** Whose clocks run afterwards. */
  clocks: number[];
  hold?: string;
  /** Ends the words of a member that stays. */
  stays?: RegExp;
}

const CASES: readonly Case[] = [
  { reason: 'its grace period is over: it leaves', status: OVER, leave: [1], clocks: [] },
  { reason: 'it was never seen so before: its clock starts', leave: [], clocks: [1] },
  {
    reason: 'the time cannot be trusted: nobody leaves, and its clock goes on as it was',
    status: OVER,
    skewed: true,
    leave: [],
    clocks: [1],
    stays: new RegExp(SKEWED),
  },
  {
    reason: 'the time cannot be trusted, and no clock ran: none starts',
    skewed: true,
    leave: [],
    clocks: [],
  },
  {
    reason: 'the time cannot be trusted, and it is in production again: that ends its clock, since it needs no time',
    status: OVER,
    findings: [findingOf(1, 'valid_production'), ...others],
    skewed: true,
    leave: [],
    clocks: [],
  },
  {
    reason:
      'the time cannot be trusted, and another is gone by the first of two proofs: no clock of that starts either',
    status: OVER,
    findings: others.slice(1),
    absent: [
      { id: 1, fate: 'unseen' },
      { id: 2, fate: 'gone' },
    ] as AbsentMember[],
    skewed: true,
    leave: [],
    clocks: [1],
  },
  {
    reason: 'the write that is planned for takes nobody out: it stays, and the words say why',
    status: OVER,
    moment: { stays: 'stays because the answers are too old' },
    leave: [],
    clocks: [1],
    stays: /stays because the answers are too old/,
  },
  {
    reason: 'a write of an earlier pass is open: it may still be applied, so nobody else leaves',
    status: openSince(NOW - 60_000),
    findings: BOTH,
    leave: [],
    clocks: [1, 2],
    stays: /an earlier write has no known outcome/,
  },
  {
    reason: 'a write of an earlier pass is so old that it is not applied any more: who is due leaves',
    status: openSince(NOW - 1_260_000),
    findings: BOTH,
    leave: [1, 2],
    clocks: [],
  },
  {
    reason: 'GitHub refused a write and named it, and it is there: to be named is no proof that it is gone',
    moment: { refused: new Set([1]) },
    leave: [],
    clocks: [1],
  },
  {
    reason: 'more are due than may leave within the window: the plan is held',
    spec: { guards: { maxLeaving: 0 } },
    status: OVER,
    leave: [],
    clocks: [1],
    hold: 'TooManyLeaving',
  },
  {
    reason: 'as many left within the window as may: the plan is held',
    spec: { guards: { maxLeaving: 1 } },
    status: { ...OVER, window: { startTime: at(NOW - HOUR), members: 9, left: 1 } },
    leave: [],
    clocks: [1],
    hold: 'TooManyLeaving',
  },
  {
    reason: 'no repository has a file at the paths: the paths are wrong more likely than all repositories',
    status: OVER,
    findings: MEMBERS.map((id) => findingOf(id, 'missing_file')),
    leave: [],
    clocks: [1],
  },
];

describe('Plan and guard', () => {
  for (const {
    reason,
    spec = {},
    status = {},
    findings = DUE,
    absent = [],
    skewed = false,
    moment,
    ...ends
  } of CASES) {
    it(reason, () => {
      const policy = policyOf(specOf({ exit: { gracePeriod: '24h' }, ...spec }));
      const seen = { findings, absent, skewed } as unknown as PassObservation;
      const request = { policy, status, reconcileID: 'test' };
      const decision = guardPlan(planFor(request, seen, liveOf(MEMBERS), { now: NOW, ...moment }), policy.spec);
      expect([idsOf(decision.toLeave), idsOf(decision.clocks), decision.hold?.reason]).to.deep.equal([
        ends.leave,
        ends.clocks,
        ends.hold,
      ]);
      if (ends.stays !== undefined) expect(JSON.stringify(decision.plan.retain)).to.match(ends.stays);
    });
  }

  it('keeps the count of a window that ran, where the time was found wrong after the decision', () => {
    const policy = policyOf(specOf({ exit: { gracePeriod: '24h' } }));
    const window = { startTime: at(NOW - HOUR), members: 9, left: 1 };
    const status = { leaving: [clockOf(1, NOW - HOUR)], window };
    const seen = { findings: DUE, absent: [], skewed: false } as unknown as PassObservation;
    const planned = planFor({ policy, status, reconcileID: 'test' }, seen, liveOf(MEMBERS), { now: NOW + 2 * DAY });
    const decision = guardPlan(planned, policy.spec);
    expect([idsOf(decision.toLeave), decision.window?.left], 'by a time that is taken for right').to.deep.equal([
      [1],
      1,
    ]);
    const held = frozen({ ...decision, toLeave: [] }, planned.memory);
    expect([held.window, idsOf(held.clocks)]).to.deep.equal([window, [1]]);
    expect(frozen(decision, planned.memory).window, 'who has left is counted').to.deep.equal(decision.window);
  });
});
