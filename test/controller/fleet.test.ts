/** Many keys at once: the bad ones cost the good ones nothing, and nothing grows. */
import { expect } from 'chai';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { WorkQueue, type ControllerOptions, type Reconcile } from '../../pkg/controller/index.js';
import { VirtualClock } from '../fakes/clock.js';
import { sizeOf } from '../sample.js';
import { Harness, HOUR, MINUTE, never, SECOND, seeded, untilAborted } from './builders.js';

const INTERVAL_MS = 10 * MINUTE;
const TIMEOUT_MS = MINUTE;
/** Length of a healthy run. */
const RUN_MS = 100;

describe('200 keys, of which 20 always fail and 10 hang', () => {
  const names = Array.from({ length: 200 }, (_, index) => {
    const kind = index % 10 === 3 ? 'failing' : index % 20 === 7 ? 'hanging' : 'healthy';
    return `${kind}-${index}`;
  });
  const healthy = names.filter((name) => name.startsWith('healthy'));

  /** Three hours of them. */
  async function threeHours(
    hang: (signal: AbortSignal) => Promise<never>,
    options: Partial<ControllerOptions>,
  ): Promise<Harness> {
    const reconcile: Reconcile = async (key, { signal }) => {
      if (key.startsWith('hanging')) return hang(signal);
      await harness.sleep(RUN_MS);
      if (key.startsWith('failing')) throw new Error('boom');
      return { kind: 'requeueAfter', ms: INTERVAL_MS };
    };
    const harness: Harness = new Harness(reconcile, { random: seeded(1), timeoutMs: TIMEOUT_MS, ...options });
    harness.start(...names);
    await harness.clock.advance(3 * HOUR);
    return harness;
  }

  /** The shortest and the longest time between two runs of one healthy key, the end of the test counting as a run. */
  function gaps(harness: Harness): { shortest: number; longest: number; last: number } {
    const starts = healthy.map((key) => harness.times(key));
    const between = starts.flatMap((times) => times.slice(1).map((at, index) => at - (times[index] ?? 0)));
    const last = starts.map((times) => harness.clock.monotonic() - (times.at(-1) ?? 0));
    return { shortest: Math.min(...between), longest: Math.max(...between), last: Math.max(...last) };
  }

  const heeding = { reason: 'runs that end at their timeout', hang: untilAborted };
  const deaf = { reason: 'runs that never end', hang: never };

  for (const { reason, hang } of [heeding, deaf]) {
    it(`leaves the others their interval when there are workers enough: ${reason}`, async () => {
      const harness = await threeHours(hang, { concurrency: 16 });
      const { shortest, longest, last } = gaps(harness);
      const bound = INTERVAL_MS * 1.05 + 10 * SECOND;
      expect(shortest, reason).to.be.at.least(INTERVAL_MS * 0.95);
      expect(longest, reason).to.be.at.most(bound);
      expect(last, reason).to.be.at.most(bound);
    });

    it(`delays the others by the timeouts in front of them and no more, with four workers: ${reason}`, async () => {
      const harness = await threeHours(hang, { concurrency: 4 });
      const { longest, last } = gaps(harness);
      // All ten in front of a key, four at a time, each until its worker is free again; then the line itself.
      const bound = INTERVAL_MS * 1.05 + 3 * (TIMEOUT_MS + 30 * SECOND) + 20 * SECOND;
      expect(longest, reason).to.be.at.most(bound);
      expect(last, reason).to.be.at.most(bound);
    });
  }

  it('tries the failing ones ever more rarely, and does not give up on them', async () => {
    const harness = await threeHours(untilAborted, { concurrency: 16 });
    const times = harness.times('failing-3');
    // 750 ms doubling to 768 s takes 11 failures and 25.6 min; every 15 min after that.
    expect(times.length).to.be.within(20, 22);
    expect((times.at(-1) ?? 0) - (times.at(-2) ?? 0)).to.be.within(15 * MINUTE, 15 * MINUTE + 10 * SECOND);
  });
});

describe('memory', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const ADDS = sizeOf(100_000, 30_000);
  /** So many keys that were kept would be at least ten times this. */
  const MOST_BYTES = ADDS * 10;

  /** What a turn left, of three turns the least: what else lives in this process comes and goes, and what a turn keeps stays. */
  const leftBy = async (turn: () => Promise<void>): Promise<number> => {
    let least = Infinity;
    for (let turns = 0; turns < 3 && least >= MOST_BYTES; turns += 1) {
      const before = heap();
      await turn();
      least = Math.min(least, heap() - before);
    }
    return least;
  };

  it('holds nothing of very many keys that came and went in the queue', async () => {
    const clock = new VirtualClock();
    const queue = new WorkQueue({ clock });
    const left = await leftBy(async () => {
      for (let index = 0; index < ADDS; index += 1) {
        if (index % 2 === 0) queue.add(`key-${index}`);
        else queue.addAfter(`key-${index}`, 1 + (index % 1_000));
      }
      await clock.advance(1_000);
      expect([queue.length, queue.waiting(), clock.timers]).to.deep.equal([ADDS, 0, 0]);
      while (queue.length > 0) queue.done((await queue.get()) ?? '');
      expect([queue.length, queue.waiting()]).to.deep.equal([0, 0]);
    });
    expect(left).to.be.below(MOST_BYTES);
  });

  it('does not grow over very many adds of keys that fail, wait and go', async () => {
    const harness = new Harness(
      async (key) => {
        if (key.endsWith('1')) throw new Error('boom');
        return { kind: 'requeueAfter', ms: INTERVAL_MS };
      },
      { concurrency: 4 },
    ).start();
    const round = async (from: number): Promise<void> => {
      for (let index = from; index < from + 1_000; index += 1) harness.controller.add(`key-${index}`);
      await harness.clock.advance(SECOND);
      for (let index = from; index < from + 1_000; index += 1) harness.controller.forget(`key-${index}`);
      // What the test itself keeps.
      harness.runs.length = 0;
      harness.lines.length = 0;
      for (const values of Object.values(harness.metrics.observed)) values.length = 0;
    };
    await round(0);
    const left = await leftBy(async () => {
      for (let from = 1_000; from < ADDS; from += 1_000) await round(from);
      expect(harness.clock.timers).to.equal(0);
    });
    expect(left).to.be.below(MOST_BYTES);
  });
});
