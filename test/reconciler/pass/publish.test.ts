/**
 * Publish, as a table: which publisher fails, what the pass then says of itself, and who still hears of it. How a list of
 * publishers deals with deadlines is in test/reconciler/publishers/publish-all.test.ts.
 */
import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { silentLog } from '../../../pkg/base/index.js';
import type { ErrorCode } from '../../../pkg/errors/index.js';
import { VerdictCache } from '../../../pkg/reconciler/memory/verdict-cache.js';
import { publish } from '../../../pkg/reconciler/pass/publish.js';
import { optionalPublisher, statusPublisher, type PassOutcome } from '../../../pkg/reconciler/index.js';
import type { Publication } from '../../../pkg/reconciler/publishers/publisher.js';
import { VirtualClock } from '../../fakes/clock.js';
import { at, NOW, specOf } from '../../governance/builders.js';
import { fault, policyOf, recordOf, timeOf, type RecordScript } from '../ports.js';

const HOUR = 3_600_000;

interface Case {
  reason: string;
  /** How the steps before it ended. */
  error?: ErrorCode;
  home?: RecordScript;
  /** What the home of verdicts throws. */
  verdicts?: Error;
  /** What an optional publisher throws. */
  optional?: Error;
  /** Never answers. */
  hangs?: true;
  ends: { result: string; error?: ErrorCode; next?: string; kept: number; heard: string; logged: string[] };
}

const CASES: readonly Case[] = [
  {
    reason: 'a pass that failed is kept as one, and keeps its own error',
    error: 'PLUS1_GITHUB_UNAVAILABLE',
    home: { nextPassMs: NOW + HOUR },
    ends: {
      result: 'Failed',
      error: 'PLUS1_GITHUB_UNAVAILABLE',
      next: at(NOW + HOUR),
      kept: 1,
      heard: 'Failed',
      logged: [],
    },
  },
  {
    reason: 'nobody waits for a next pass: the status names none',
    error: 'PLUS1_GITHUB_UNAVAILABLE',
    ends: { result: 'Failed', error: 'PLUS1_GITHUB_UNAVAILABLE', kept: 1, heard: 'Failed', logged: [] },
  },
  {
    reason: 'the status cannot be kept: the pass failed, and those who come later are told so',
    home: { keepStatus: [fault('PLUS1_STATE_UNWRITABLE')] },
    ends: {
      ...{ result: 'Failed', error: 'PLUS1_STATE_UNWRITABLE', kept: 0, heard: 'Failed PLUS1_STATE_UNWRITABLE' },
      logged: ['Status not kept'],
    },
  },
  {
    reason: 'the pass failed, and its status cannot be kept either: the first error is the one to act on',
    error: 'PLUS1_GITHUB_UNAVAILABLE',
    home: { keepStatus: [fault('PLUS1_STATE_UNWRITABLE')] },
    ends: {
      result: 'Failed',
      error: 'PLUS1_GITHUB_UNAVAILABLE',
      kept: 0,
      heard: 'Failed',
      logged: ['Status not kept'],
    },
  },
  {
    reason: 'a home that throws what is no error of the catalogue is a fault of the program, and no crash',
    home: { keepStatus: [new TypeError('x is undefined')] },
    ends: {
      ...{ result: 'Failed', error: 'PLUS1_INTERNAL', kept: 0, heard: 'Failed PLUS1_INTERNAL' },
      logged: ['Status not kept'],
    },
  },
  {
    reason: 'a home that does not answer is waited for until its deadline, and the pass failed',
    hangs: true,
    ends: {
      ...{ result: 'Failed', error: 'PLUS1_STATE_UNWRITABLE', kept: 0, heard: 'Failed PLUS1_STATE_UNWRITABLE' },
      logged: ['Status not kept'],
    },
  },
  {
    reason: 'verdicts that cannot be kept cost requests, never correctness: nothing fails by it',
    error: 'PLUS1_GITHUB_UNAVAILABLE',
    verdicts: fault('PLUS1_STATE_UNWRITABLE'),
    ends: {
      ...{ result: 'Failed', error: 'PLUS1_GITHUB_UNAVAILABLE', kept: 1, heard: 'Failed' },
      logged: ['Verdicts not kept'],
    },
  },
  {
    reason: 'a publisher that a pass can do without throws: a log line, and nothing more',
    error: 'PLUS1_GITHUB_UNAVAILABLE',
    optional: new TypeError('no such series'),
    ends: {
      ...{ result: 'Failed', error: 'PLUS1_GITHUB_UNAVAILABLE', kept: 1, heard: 'Failed' },
      logged: ['Metrics not set'],
    },
  },
];

const signal = new AbortController().signal;
const spec = specOf();

interface End {
  outcome: PassOutcome;
  kept: number;
  heard: string[];
  logged: string[];
}

async function end({ error, home, verdicts: unsaved, optional, hangs }: Case): Promise<End> {
  const clock = new VirtualClock();
  const record = recordOf([], home);
  const heard: string[] = [];
  const logged: string[] = [];
  const log = {
    ...silentLog,
    error: (msg: string) => void logged.push(msg),
    warn: (msg: string) => void logged.push(msg),
  };
  const save = (): Promise<void> => (unsaved === undefined ? Promise.resolve() : Promise.reject(unsaved));
  const verdicts = await VerdictCache.begin(
    { spec, ttlMs: undefined, time: timeOf(), store: { load: async () => undefined, save } },
    signal,
  );
  const keeps = hangs ? { keepStatus: () => new Promise<void>(() => undefined) } : record;
  const hears = (publication: Publication): void => {
    if (publication.kind !== 'pass') return;
    const { result, error: told } = publication.outcome;
    heard.push(error === undefined && told !== undefined ? `${result} ${told.code}` : result);
  };
  const failing = optionalPublisher({
    ...{ name: 'metrics', failed: 'Metrics not set' },
    publish: () => (optional === undefined ? undefined : Promise.reject(optional)),
  });
  const publishers = [
    failing,
    optionalPublisher({ name: 'hearer', failed: 'x', publish: hears }),
    statusPublisher({ record: keeps, log }),
  ];
  const request = { policy: policyOf(spec), status: {}, reconcileID: 'test' };
  const unfinished = {
    ...{ request, dryRun: false, startMs: NOW, endMs: NOW + 1_000 },
    ...(error !== undefined && { error: fault(error) }),
  };
  const done = publish(unfinished, { publishers, record, verdicts, previous: {}, timers: clock, log });
  if (hangs) {
    // It leaves the loop to others before it publishes.
    while (clock.timers === 0) await setImmediate();
    await clock.advance(10_000);
  }
  const outcome = await done;
  expect(clock.timers, 'no deadline runs on').to.equal(0);
  return { outcome, kept: record.statuses.length, heard, logged };
}

describe('Publish', () => {
  for (const given of CASES) {
    it(given.reason, async () => {
      const { outcome, ...seen } = await end(given);
      const { result, error, next, kept, heard, logged } = given.ends;
      expect([outcome.result, outcome.error?.code]).to.deep.equal([result, error]);
      expect(outcome.status.nextPassTime).to.equal(next);
      expect(seen).to.deep.equal({ kept, heard: [heard], logged });
      const ready = outcome.status.conditions?.find(({ type }) => type === 'Ready');
      expect([ready?.status, ready?.reason], 'the status says the same').to.deep.equal([
        'False',
        error === undefined ? undefined : fault(error).reason,
      ]);
    });
  }
});
