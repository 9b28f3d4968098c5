/**
 * The line of a pass, as a table: at which step it ends, what was asked and kept until then, and what the pass says of itself. How
 * single steps fare is in the files beside this one; with a server, in test/integration.
 */
import { expect } from 'chai';
import type { PassResult, PolicySpec } from '../../../pkg/api/index.js';
import { silentLog } from '../../../pkg/base/index.js';
import type { ErrorCode } from '../../../pkg/errors/index.js';
import { statusPublisher } from '../../../pkg/reconciler/index.js';
import { runPass } from '../../../pkg/reconciler/pass/pass.js';
import { VirtualClock } from '../../fakes/clock.js';
import { HOUR, specOf } from '../../governance/builders.js';
import {
  ACME,
  fault,
  observedOf,
  policyOf,
  readerOf,
  recordOf,
  rulesetOf,
  timeOf,
  writerOf,
  type ReaderScript,
  type RecordScript,
  type WriterScript,
} from '../ports.js';

const BEFORE = rulesetOf([1]);
const AFTER = rulesetOf([1, 2]);

/** One is governed, and another is to enter. */
const script = (): ReaderScript => ({
  preflight: [ACME],
  findRuleset: [BEFORE],
  inventory: () => ({
    repositories: [observedOf(1, 'valid_production'), observedOf(2, 'valid_production')],
    totalCount: 2,
    listed: true,
  }),
  readRuleset: [BEFORE],
});

const OBSERVED = ['preflight', 'find ruleset', 'inventory'];
const KEPT = ['keep status'];
const INTENDS = ['may write', 'intent 1+2'];
const WRITES = [...INTENDS, 'essential read', 'may write', 'essential PUT 1+2'];

interface Case {
  reason: string;
  reader?: ReaderScript;
  /** `null`: the pass is given nothing that writes. */
  writer?: WriterScript | null;
  home?: RecordScript;
  mode?: PolicySpec['mode'];
  /** What ends the pass while the listing is read, and by what: the pass itself, or reading alone. */
  aborts?: { what: 'pass' | 'reading'; reason?: Error };
  order: string[];
  result: PassResult;
  error?: ErrorCode;
  /** As it was decided, where it came to that. */
  target?: number[];
}

const CASES: readonly Case[] = [
  {
    reason: 'every step works: it is observed, written and kept, in that order',
    writer: { puts: [{ state: 'answered', ruleset: AFTER }] },
    order: [...OBSERVED, 'may write', ...WRITES, ...KEPT],
    result: 'Succeeded',
    target: [1, 2],
  },
  {
    reason: 'observe fails at the rights: nothing more is asked, and the failure is kept',
    reader: { preflight: [fault('PLUS1_PERMISSION_MISSING')] },
    order: ['preflight', ...KEPT],
    result: 'Failed',
    error: 'PLUS1_PERMISSION_MISSING',
  },
  {
    reason: 'observe fails at the ruleset: no repository is listed',
    reader: { ...script(), findRuleset: [fault('PLUS1_RULESET_NOT_FOUND')] },
    order: [...OBSERVED.slice(0, 2), ...KEPT],
    result: 'Failed',
    error: 'PLUS1_RULESET_NOT_FOUND',
  },
  {
    reason: 'observe fails at the listing: nothing is decided, and nothing is written',
    reader: { ...script(), inventory: () => Promise.reject(fault('PLUS1_GITHUB_UNAVAILABLE')) },
    order: [...OBSERVED, ...KEPT],
    result: 'Failed',
    error: 'PLUS1_GITHUB_UNAVAILABLE',
  },
  {
    reason: 'a step throws what is no error of the catalogue: a fault of the program, kept as one',
    reader: { ...script(), inventory: () => Promise.reject(new TypeError('x is undefined')) },
    order: [...OBSERVED, ...KEPT],
    result: 'Failed',
    error: 'PLUS1_INTERNAL',
  },
  {
    reason: 'the home forbids to write to this ruleset: no intent is kept, and nothing is sent',
    home: { assertMayWrite: [fault('PLUS1_POLICY_CONFLICT')] },
    order: [...OBSERVED, 'may write', ...KEPT],
    result: 'Failed',
    error: 'PLUS1_POLICY_CONFLICT',
  },
  {
    reason: 'the intent cannot be kept: nothing is sent',
    home: { keepIntent: [fault('PLUS1_STATE_UNWRITABLE')] },
    order: [...OBSERVED, 'may write', ...INTENDS, ...KEPT],
    result: 'Failed',
    error: 'PLUS1_STATE_UNWRITABLE',
    target: [1, 2],
  },
  {
    reason: 'act fails: its error is that of the pass',
    writer: { puts: [fault('PLUS1_ACCESS_REFUSED')] },
    order: [...OBSERVED, 'may write', ...WRITES, ...KEPT],
    result: 'Failed',
    error: 'PLUS1_ACCESS_REFUSED',
    target: [1, 2],
  },
  {
    reason: 'a dry run holds nothing that writes: it decides, and ends there',
    writer: null,
    order: [...OBSERVED, 'may write', ...KEPT],
    result: 'Succeeded',
    target: [1, 2],
  },
  {
    reason: 'a policy that only observes does not use what writes',
    mode: 'Observe',
    order: [...OBSERVED, 'may write', ...KEPT],
    result: 'Observed',
    target: [1, 2],
  },
  {
    reason: 'the pass is ended with an error: that error is the reason, not what the listing made of it',
    aborts: { what: 'pass', reason: fault('PLUS1_TIMEOUT') },
    order: [...OBSERVED, ...KEPT],
    result: 'Failed',
    error: 'PLUS1_TIMEOUT',
  },
  {
    reason: 'the pass is ended without an error: the process stops',
    aborts: { what: 'pass' },
    order: [...OBSERVED, ...KEPT],
    result: 'Failed',
    error: 'PLUS1_INTERRUPTED',
  },
  {
    reason: 'reading is given up: so is a pass that still reads',
    aborts: { what: 'reading' },
    order: [...OBSERVED, ...KEPT],
    result: 'Failed',
    error: 'PLUS1_INTERRUPTED',
  },
];

describe('Pass', () => {
  for (const { reason, reader, writer = {}, home, mode = 'Enforce', aborts, order: expected, ...ends } of CASES) {
    it(reason, async () => {
      const order: string[] = [];
      const controllers = { pass: new AbortController(), reading: new AbortController() };
      const played = { ...(reader ?? script()) };
      if (aborts !== undefined)
        played.inventory = () => {
          controllers[aborts.what].abort(aborts.reason);
          return Promise.reject(fault('PLUS1_GITHUB_UNAVAILABLE', 'the connection was closed'));
        };
      const record = recordOf(order, home);
      const outcome = await runPass(
        { policy: policyOf(specOf({ mode })), status: {}, reconcileID: 'test' },
        {
          reader: readerOf(order, { ...played, time: timeOf() }),
          ...(writer !== null && { writer: writerOf(order, writer) }),
          ...{ record, timers: new VirtualClock(), log: silentLog, stopReading: controllers.reading.signal },
          publishers: [statusPublisher({ record, log: silentLog })],
        },
        controllers.pass.signal,
      );
      expect(order).to.deep.equal(expected);
      expect([outcome.result, outcome.error?.code, outcome.acted?.decision.target]).to.deep.equal([
        ends.result,
        ends.error,
        ends.target,
      ]);
      expect(record.statuses.map(({ lastPass }) => lastPass?.result)).to.deep.equal([ends.result]);
    });
  }

  for (const { what, deviationMs, isTold, result } of [
    { what: 'is that of GitHub', deviationMs: 0, isTold: true, result: 'Succeeded' },
    { what: 'is an hour off', deviationMs: HOUR, isTold: true, result: 'Incomplete' },
  ]) {
    it(`counts the time of its last answers for the whole of it: one that ${what} ends as ${result}`, async () => {
      const order: string[] = [];
      const time = timeOf();
      const converged: ReaderScript = {
        ...script(),
        inventory: () => ({ repositories: [observedOf(1, 'valid_production')], totalCount: 1, listed: true }),
        time,
      };
      const record = recordOf(order);
      const assertMayWrite = record.assertMayWrite.bind(record);
      // Until here the clock was right.
      record.assertMayWrite = async (live) => {
        await assertMayWrite(live);
        Object.assign(time, { deviationMs, isTold });
      };
      const outcome = await runPass(
        { policy: policyOf(specOf()), status: {}, reconcileID: 'test' },
        {
          ...{ reader: readerOf(order, converged), writer: writerOf(order, {}), record },
          ...{ timers: new VirtualClock(), log: silentLog },
          publishers: [statusPublisher({ record, log: silentLog })],
        },
        new AbortController().signal,
      );
      expect([outcome.result, outcome.seen?.skewed]).to.deep.equal([result, deviationMs !== 0]);
    });
  }
});
