/**
 * Law 2 over random clocks. True time goes on; the clock of each pass is wrong by what it likes, and a pass trusts it only
 * while it is near GitHub's. The books of this test are kept in true time, which nothing that is checked ever sees.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { durationMs, type FindingStatus, type PolicyStatus } from '../../../pkg/api/index.js';
import type { Decision } from '../../../pkg/governance/index.js';
import { guardPlan } from '../../../pkg/reconciler/pass/guard.js';
import { planFor } from '../../../pkg/reconciler/pass/plan.js';
import type { PassObservation } from '../../../pkg/reconciler/types.js';
import { findingOf, HOUR, idsOf, liveOf, NOW, range, specOf } from '../../governance/builders.js';
import { runsOf } from '../../sample.js';

const decide = (...of: Parameters<typeof planFor>): Decision => guardPlan(planFor(...of), of[0].policy.spec);

const MINUTE = 60_000;
/** As far as a clock may be wrong and still be trusted. */
const TRUSTED = 5 * MINUTE;
const MEMBERS = 4;

interface Pass {
  elapsedMs: number;
  /** From its start until it has seen everything. */
  lengthMs: number;
  /** Local clock minus the true time. */
  offsetMs: number;
  sights: FindingStatus[];
}

const offsetMs = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -TRUSTED, max: TRUSTED }) },
  { weight: 3, arbitrary: fc.integer({ min: -400 * 24 * HOUR, max: 400 * 24 * HOUR }) },
  { weight: 1, arbitrary: fc.constantFrom(-TRUSTED - 1, TRUSTED + 1, -HOUR, HOUR, 24 * HOUR) },
);
const sight = fc.oneof(
  { weight: 5, arbitrary: fc.constant<FindingStatus>('valid_non_production') },
  { weight: 1, arbitrary: fc.constantFrom<FindingStatus>('valid_production', 'unobserved', 'invalid_yaml') },
);
const history = fc.record({
  gracePeriod: fc.constantFrom('30m', '4h', '24h'),
  window: fc.constantFrom('1h', '6h'),
  /** What an older version, or a clock that nobody checked, left in the memory. */
  foreignMs: fc.option(fc.integer({ min: -2 * HOUR, max: 400 * 24 * HOUR }), { nil: undefined }),
  passes: fc.array(
    fc.record({
      elapsedMs: fc.integer({ min: 1, max: 3 * HOUR }),
      lengthMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 * HOUR })),
      offsetMs,
      sights: fc.array(sight, { minLength: MEMBERS, maxLength: MEMBERS }),
    }),
    { minLength: 1, maxLength: 30 },
  ),
});
type History = typeof history extends fc.Arbitrary<infer H> ? H : never;

interface Step {
  pass: Pass;
  /** The start of the pass: no observation is older. */
  trueMs: number;
  /** None is younger. */
  seenMs: number;
  trusted: boolean;
  before: ReadonlySet<number>;
  leaving: number[];
  /** Those whose time has come, whatever a guard says. */
  due: number[];
}

function run({ gracePeriod, window, foreignMs, passes }: History, check: (step: Step) => void): void {
  const spec = specOf({ exit: { gracePeriod }, guards: { maxLeaving: '100%', window } });
  let members = new Set(range(1, MEMBERS + 1));
  let status: PolicyStatus =
    foreignMs === undefined
      ? {}
      : { window: { startTime: new Date(NOW + foreignMs).toISOString(), members: MEMBERS + 1, left: 1 } };
  let trueMs = NOW;
  for (const pass of passes) {
    trueMs += pass.elapsedMs;
    const trusted = Math.abs(pass.offsetMs) <= TRUSTED;
    const before = new Set(members);
    const seen = {
      findings: [...pass.sights.map((seen, at) => findingOf(at + 1, seen)), findingOf(MEMBERS + 1, 'valid_production')],
      absent: [],
      skewed: !trusted,
    } as unknown as PassObservation;
    const policy = {
      apiVersion: 'plus1.dev/v1alpha1',
      kind: 'Plus1Policy',
      metadata: { name: 'a', namespace: 'b' },
      spec,
    };
    const request = { policy, status, reconcileID: 'x' } as Parameters<typeof decide>[0];
    const seenMs = trueMs + pass.lengthMs;
    const times = { now: trueMs + pass.offsetMs, seenMs: seenMs + pass.offsetMs };
    const decision = decide(request, seen, liveOf(before), times);
    check({ pass, trueMs, seenMs, trusted, before, leaving: idsOf(decision.toLeave), due: idsOf(decision.plan.leave) });
    members = new Set(decision.target);
    status = { leaving: decision.clocks, ...(decision.window && { window: decision.window }) };
    trueMs = seenMs;
  }
}

describe('The two times of a pass', () => {
  const policy = (spec: object): Parameters<typeof decide>[0]['policy'] => ({
    apiVersion: 'plus1.dev/v1alpha1',
    kind: 'Plus1Policy',
    metadata: { name: 'a', namespace: 'b' },
    spec: specOf(spec),
  });
  const seenOf = (findings: PassObservation['findings'], absent: PassObservation['absent'] = []): PassObservation =>
    ({ findings, absent, skewed: false }) as unknown as PassObservation;
  const others = range(2, 9).map((id) => findingOf(id, 'valid_production'));
  const live = liveOf(range(1, 9));
  const at = (minutes: number): number => NOW + minutes * MINUTE;
  /** Passes one after the other, each with the memory of the one before: who leaves in each. */
  const passes = (seen: PassObservation, spec: object, ...times: [start: number, end: number][]): number[][] => {
    let status: PolicyStatus = {};
    return times.map(([start, end]) => {
      const request = { policy: policy(spec), status, reconcileID: 'x' };
      const decision = decide(request, seen, live, { now: at(start), seenMs: at(end) });
      status = { leaving: decision.plan.clocks };
      return idsOf(decision.toLeave);
    });
  };

  it('two proofs that somebody is gone are an hour apart, however long the passes are', () => {
    const seen = seenOf(others, [{ id: 1, fate: 'gone' }]);
    expect(passes(seen, {}, [0, 61], [62, 63], [120, 200])).to.deep.equal([[], [], []]);
    expect(passes(seen, {}, [0, 61], [121, 122])).to.deep.equal([[], [1]]);
  });

  it('a grace period runs from the end of the pass that saw it to the start of the one that lets leave', () => {
    const seen = seenOf([findingOf(1, 'valid_non_production'), ...others]);
    const spec = { exit: { gracePeriod: '1h' } };
    expect(passes(seen, spec, [0, 50], [51, 109], [109, 115])).to.deep.equal([[], [], []]);
    expect(passes(seen, spec, [0, 50], [110, 115])).to.deep.equal([[], [1]]);
  });

  it('a window of the guards begins when the pass had seen everything, and ends by the start of a pass', () => {
    const spec = { exit: { gracePeriod: '0s' }, guards: { maxLeaving: 1, window: '1h' } };
    const request = { policy: policy(spec), status: {}, reconcileID: 'x' };
    const first = decide(request, seenOf([findingOf(1, 'valid_non_production'), ...others]), live, {
      now: at(0),
      seenMs: at(50),
    });
    expect(first.window?.startTime).to.equal(new Date(at(50)).toISOString().replace('.000Z', 'Z'));
    const next = seenOf([findingOf(2, 'valid_non_production'), ...others.slice(1)]);
    const status = { window: first.window ?? { startTime: '', members: 0, left: 0 } };
    for (const { start, end, left } of [
      { start: 65, end: 70, left: [] },
      { start: 109, end: 115, left: [] },
      { start: 110, end: 115, left: [2] },
    ]) {
      const decision = decide({ ...request, status }, next, liveOf(range(2, 9)), { now: at(start), seenMs: at(end) });
      expect(idsOf(decision.toLeave), `a pass from ${start} to ${end}`).to.deep.equal(left);
    }
  });

  it('a plan that is made again in the same pass dates nothing back', () => {
    const seen = seenOf([findingOf(1, 'valid_non_production'), ...others]);
    const request = { policy: policy({}), status: {}, reconcileID: 'x' };
    const times = { now: at(0), seenMs: at(50) };
    const { clocks } = decide(request, seen, live, times).plan;
    const window = { startTime: new Date(at(50)).toISOString(), members: 9, left: 1 };
    const again = decide({ ...request, status: { leaving: clocks, window } }, seen, live, times);
    expect([again.plan.clocks, again.window]).to.deep.equal([clocks, window]);
  });
});

describe('Law 2 by a clock that is wrong, set back, set forward, stepped', () => {
  it('nobody leaves by a time that is not trusted', () => {
    fc.assert(
      fc.property(history, (past) => run(past, ({ trusted, leaving }) => trusted || expect(leaving).to.deep.equal([]))),
      runsOf(600, 200),
    );
  });

  it('nobody leaves before the grace period is over in true time, on evidence that held for all of it', () => {
    fc.assert(
      fc.property(history, (past) => {
        const graceMs = durationMs(past.gracePeriod);
        const since = new Map<number, number>();
        run(past, ({ pass, trueMs, seenMs, before, leaving }) => {
          pass.sights.forEach((seen, at) => {
            if (seen === 'valid_production' || !before.has(at + 1)) since.delete(at + 1);
            // It may have been seen at the end of that pass, and at the start of this one.
            else if (seen === 'valid_non_production' && !since.has(at + 1)) since.set(at + 1, seenMs);
          });
          for (const id of leaving) {
            const heldMs = trueMs - (since.get(id) ?? Infinity);
            // Two passes whose clocks are wrong by the most that is trusted, one each way.
            expect(heldMs, `${id} left after ${heldMs} ms`).to.be.at.least(graceMs - 2 * TRUSTED);
          }
        });
      }),
      runsOf(2_000, 500),
    );
  });

  it('nobody waits longer than the grace period, however far ahead a clock was', () => {
    fc.assert(
      fc.property(history, (past) => {
        const graceMs = durationMs(past.gracePeriod);
        const since = new Map<number, number>();
        run(past, ({ pass, trueMs, seenMs, trusted, before, due }) => {
          pass.sights.forEach((seen, at) => {
            const id = at + 1;
            if (seen === 'valid_production' || !before.has(id)) since.delete(id);
            else if (seen === 'valid_non_production' && trusted && !since.has(id)) since.set(id, seenMs);
            const isDue = trueMs - (since.get(id) ?? Infinity) >= graceMs + 2 * TRUSTED;
            if (isDue && trusted && seen === 'valid_non_production') expect(due).to.include(id);
          });
        });
      }),
      runsOf(1_000, 250),
    );
  });
});
