/** What full passes of one credential take of its hourly limits, in virtual time. */
import { expect } from 'chai';
import fc from 'fast-check';
import type { HourlyUse } from '../../pkg/github/requester/budget.js';
import { FullPasses, type Cost } from '../../pkg/github/requester/full-passes.js';
import { runsOf } from '../sample.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Policy {
  cost: Cost;
  intervalMs: number;
}

interface Pass {
  atMs: number;
  policy: number;
  cost: Cost;
}

/** Policies of one credential, each looked at again when it is planned, some earlier or later. */
function play(policies: readonly Policy[], use: HourlyUse | undefined, hours: number, early = (): number => 0): Pass[] {
  const full = new FullPasses({ use: () => use });
  const passes: Pass[] = [];
  const due = policies.map(() => 0);
  for (let nowMs = 0; nowMs < hours * HOUR; nowMs = Math.min(...due)) {
    for (const [index, { cost, intervalMs }] of policies.entries()) {
      if ((due[index] ?? 0) > nowMs) continue;
      const waitMs = full.begin(String(index), nowMs);
      if (waitMs > 0) {
        due[index] = nowMs + waitMs;
        continue;
      }
      passes.push({ atMs: nowMs, policy: index, cost });
      const nextMs = full.ended(String(index), { cost, intervalMs, isFailed: false }, nowMs);
      due[index] = nowMs + nextMs * (1 + early());
    }
  }
  return passes;
}

/** The most that they take within an hour. */
function most(passes: readonly Pass[], resource: keyof Cost, fromMs = 0): number {
  const counted = passes.filter(({ atMs }) => atMs >= fromMs);
  let [first, sum, largest] = [0, 0, 0];
  for (const { atMs, cost } of counted) {
    sum += cost[resource];
    for (; (counted[first]?.atMs ?? atMs) <= atMs - HOUR; first += 1) sum -= counted[first]?.cost[resource] ?? 0;
    largest = Math.max(largest, sum);
  }
  return largest;
}

const FREE: HourlyUse = { limit: 5_000, others: 0 };
const policy = (graphql: number, minutes: number): Policy => ({
  cost: { core: 3, graphql },
  intervalMs: minutes * MINUTE,
});

describe('Full passes of one credential', () => {
  it('come at their interval where they take less than half of the limits', () => {
    const passes = play([policy(100, 10)], FREE, 5);
    expect(passes).to.have.length(30);
  });

  it('come less often where they would take more, and never take more than half in an hour', () => {
    for (const [points, minutes] of [
      [100, 1],
      [1_000, 10],
      [1_250, 1],
      [13, 0.02],
    ] as const) {
      const passes = play([policy(points, minutes)], FREE, 12);
      expect(most(passes, 'graphql'), `${points} points`).to.be.at.most(2_500);
      expect(passes.length * points, 'of 30,000').to.be.at.least(14_000);
    }
  });

  it('of more than half a limit come one at a time', () => {
    const passes = play([policy(3_000, 10)], FREE, 24);
    expect(passes.slice(1).map(({ atMs }, index) => atMs - (passes[index]?.atMs ?? 0))).to.satisfy((gaps: number[]) =>
      gaps.every((gap) => gap >= (3_000 / 2_500) * HOUR),
    );
    expect(passes.length).to.be.at.least(8);
  });

  it('have no bound where GitHub names no limits', () => {
    expect(play([policy(5_000, 1)], undefined, 1)).to.have.length(60);
  });

  it('take less where others leave less above the last fifth', () => {
    const passes = play([policy(100, 1)], { limit: 5_000, others: 3_000 }, 6);
    expect(most(passes, 'graphql')).to.be.at.most(1_000);
    expect(passes.length * 100).to.be.at.least(4_500);
  });

  it('of many policies are spread over the interval', () => {
    const count = 20;
    const passes = play(
      Array.from({ length: count }, () => policy(10, 10)),
      FREE,
      4,
    );
    const later = passes.filter(({ atMs }) => atMs >= HOUR).map(({ atMs }) => atMs);
    for (let fromMs = HOUR; fromMs < 3 * HOUR; fromMs += MINUTE) {
      const within = later.filter((atMs) => atMs >= fromMs && atMs < fromMs + MINUTE).length;
      expect(within, `within the minute from ${fromMs / MINUTE}`).to.be.within(1, 3);
    }
    expect(later.length / count, 'no policy less often').to.be.within(17.5, 18.5);
  });

  it('of many policies are also bound together', () => {
    const passes = play(
      Array.from({ length: 50 }, () => policy(40, 5)),
      FREE,
      8,
    );
    // What nobody knows the cost of yet begins at once.
    expect(most(passes, 'graphql', 1)).to.be.at.most(2_500);
    expect(new Set(passes.filter(({ atMs }) => atMs > 4 * HOUR).map(({ policy: which }) => which)).size).to.equal(50);
  });

  it('never take more than half, whatever they cost and however often they are wanted', () => {
    const one = fc.record({
      cost: fc.record({ core: fc.nat({ max: 400 }), graphql: fc.nat({ max: 400 }) }),
      intervalMs: fc.integer({ min: MINUTE, max: 3 * HOUR }),
    });
    const property = fc.property(
      fc.array(one, { minLength: 1, maxLength: 6 }),
      fc.nat({ max: 5_000 }),
      fc.infiniteStream(fc.double({ min: -0.05, max: 0.05, noNaN: true })),
      (policies, others, jitter) => {
        const passes = play(policies, { limit: 5_000, others }, 24, () => jitter.next().value ?? 0);
        const allowed = Math.min(2_500, Math.max(500, 4_000 - others));
        for (const resource of ['core', 'graphql'] as const) {
          const largest = Math.max(...policies.map(({ cost }) => cost[resource]));
          expect(most(passes, resource, 1)).to.be.at.most(Math.max(allowed, allowed / 2 + largest) + 0.001);
        }
        for (const [index] of policies.entries())
          expect(passes.some(({ policy: which, atMs }) => which === index && atMs > 0)).to.equal(true);
      },
    );
    fc.assert(property, runsOf(200, 40));
  });

  it('that are wanted most often are stretched, and others are not', () => {
    const passes = play([policy(50, 1), policy(50, 60), policy(50, 120)], FREE, 12);
    const counts = [0, 1, 2].map((which) => passes.filter(({ policy: of }) => of === which).length);
    expect(counts[1], 'every hour').to.be.within(12, 13);
    expect(counts[2], 'every other hour').to.be.within(6, 7);
    expect(counts[0], '47 an hour, with what the others leave').to.be.within(540, 590);
  });

  it('begin at once where a policy was never looked at, and do not count where it went', () => {
    const full = new FullPasses({ use: () => FREE });
    expect(full.begin('a', 0)).to.equal(0);
    full.ended('a', { cost: { core: 0, graphql: 2_000 }, intervalMs: MINUTE, isFailed: false }, 0);
    expect(full.everyMs('a', MINUTE)).to.be.greaterThan(40 * MINUTE);
    full.forget('a');
    expect(full.everyMs('a', MINUTE)).to.equal(MINUTE);
  });

  it('that broke off do not make the next one look cheap', () => {
    const full = new FullPasses({ use: () => FREE });
    const intervalMs = 10 * MINUTE;
    full.ended('a', { cost: { core: 3, graphql: 1_000 }, intervalMs, isFailed: false }, 0);
    const everyMs = full.everyMs('a', intervalMs);
    expect(everyMs).to.be.greaterThan(intervalMs);
    full.ended('a', { cost: { core: 1, graphql: 0 }, intervalMs, isFailed: true }, HOUR);
    expect(full.everyMs('a', intervalMs)).to.equal(everyMs);
  });
});
