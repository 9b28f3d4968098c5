/**
 * Law 2 over random clocks. True time goes on; the clock of each pass is wrong by what it likes, and a pass trusts it only
 * while it is near GitHub's. The books of this test are kept in true time, which nothing that is checked ever sees.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { durationMs, type FindingStatus, type PolicyStatus } from '../../pkg/api/index.js';
import { decide } from '../../pkg/reconciler/decide.js';
import type { Seen } from '../../pkg/reconciler/types.js';
import { findingOf, HOUR, idsOf, liveOf, NOW, range, specOf } from '../governance/builders.js';

const MINUTE = 60_000;
/** As far as a clock may be wrong and still be trusted. */
const TRUSTED = 5 * MINUTE;
const MEMBERS = 4;

interface Pass {
  elapsedMs: number;
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
      offsetMs,
      sights: fc.array(sight, { minLength: MEMBERS, maxLength: MEMBERS }),
    }),
    { minLength: 1, maxLength: 30 },
  ),
});
type History = typeof history extends fc.Arbitrary<infer H> ? H : never;

interface Step {
  pass: Pass;
  trueMs: number;
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
    } as unknown as Seen;
    const policy = {
      apiVersion: 'plus1.dev/v1alpha1',
      kind: 'Plus1Policy',
      metadata: { name: 'a', namespace: 'b' },
      spec,
    };
    const request = { policy, status, reconcileID: 'x' } as Parameters<typeof decide>[0];
    const decision = decide(request, seen, liveOf(before), { now: trueMs + pass.offsetMs });
    check({ pass, trueMs, trusted, before, leaving: idsOf(decision.left), due: idsOf(decision.plan.leave) });
    members = new Set(decision.target);
    status = { leaving: decision.clocks, ...(decision.window && { window: decision.window }) };
  }
}

describe('Law 2 by a clock that is wrong, set back, set forward, stepped', () => {
  it('nobody leaves by a time that is not trusted', () => {
    fc.assert(
      fc.property(history, (past) => run(past, ({ trusted, leaving }) => trusted || expect(leaving).to.deep.equal([]))),
      { numRuns: 600 },
    );
  });

  it('nobody leaves before the grace period is over in true time, on evidence that held for all of it', () => {
    fc.assert(
      fc.property(history, (past) => {
        const graceMs = durationMs(past.gracePeriod);
        const since = new Map<number, number>();
        run(past, ({ pass, trueMs, before, leaving }) => {
          pass.sights.forEach((seen, at) => {
            if (seen === 'valid_production' || !before.has(at + 1)) since.delete(at + 1);
            else if (seen === 'valid_non_production' && !since.has(at + 1)) since.set(at + 1, trueMs);
          });
          for (const id of leaving) {
            const heldMs = trueMs - (since.get(id) ?? Infinity);
            // Two passes whose clocks are wrong by the most that is trusted, one each way.
            expect(heldMs, `${id} left after ${heldMs} ms`).to.be.at.least(graceMs - 2 * TRUSTED);
          }
        });
      }),
      { numRuns: 2_000 },
    );
  });

  it('nobody waits longer than the grace period, however far ahead a clock was', () => {
    fc.assert(
      fc.property(history, (past) => {
        const graceMs = durationMs(past.gracePeriod);
        const since = new Map<number, number>();
        run(past, ({ pass, trueMs, trusted, before, due }) => {
          pass.sights.forEach((seen, at) => {
            const id = at + 1;
            if (seen === 'valid_production' || !before.has(id)) since.delete(id);
            else if (seen === 'valid_non_production' && trusted && !since.has(id)) since.set(id, trueMs);
            const isDue = trueMs - (since.get(id) ?? Infinity) >= graceMs + 2 * TRUSTED;
            if (isDue && trusted && seen === 'valid_non_production') expect(due).to.include(id);
          });
        });
      }),
      { numRuns: 1_000 },
    );
  });
});
