import { expect } from 'chai';
import { MAX_TIMER_MS } from '../../pkg/base/index.js';
import { WorkQueue } from '../../pkg/controller/index.js';
import { VirtualClock } from '../fakes/clock.js';
import { CountingMetrics } from './builders.js';

interface World {
  queue: WorkQueue;
  clock: VirtualClock;
  metrics: CountingMetrics;
  /** What `get` gives without waiting. */
  next: () => Promise<string | undefined>;
}

function world(): World {
  const clock = new VirtualClock();
  const metrics = new CountingMetrics();
  const queue = new WorkQueue({ clock, metrics: metrics.queue });
  const next = async (): Promise<string | undefined> => (queue.length > 0 ? queue.get() : undefined);
  return { queue, clock, metrics, next };
}

describe('the work queue', () => {
  it('makes one run of any number of adds', async () => {
    const { queue, next } = world();
    for (let add = 0; add < 5; add += 1) queue.add('a');
    expect(queue.length).to.equal(1);
    expect(await next()).to.equal('a');
    expect(await next()).to.equal(undefined);
  });

  it('never gives a key to two workers, and runs it again after done when it was added meanwhile', async () => {
    const { queue, next } = world();
    queue.add('a');
    expect(await next()).to.equal('a');
    queue.add('a');
    queue.add('a');
    expect(await next()).to.equal(undefined);
    queue.done('a');
    expect(await next()).to.equal('a');
    queue.done('a');
    expect(await next()).to.equal(undefined);
  });

  it('serves keys in the order of their first add', async () => {
    const { queue, next } = world();
    for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key);
    expect([await next(), await next(), await next()]).to.deep.equal(['a', 'b', 'c']);
  });

  it('puts a key that comes again behind those that wait already', async () => {
    const { queue, next } = world();
    queue.add('a');
    await next();
    for (const key of ['a', 'b', 'c']) queue.add(key);
    queue.done('a');
    expect([await next(), await next(), await next()]).to.deep.equal(['b', 'c', 'a']);
  });

  it('serves workers in the order in which they asked', async () => {
    const { queue } = world();
    const first = queue.get();
    const second = queue.get();
    queue.add('a');
    queue.add('b');
    expect([await first, await second]).to.deep.equal(['a', 'b']);
  });

  it('ignores done for a key that nobody has', async () => {
    const { queue, next } = world();
    queue.add('a');
    queue.done('a');
    expect([await next(), await next()]).to.deep.equal(['a', undefined]);
  });

  describe('delays', () => {
    it('adds a key when its time has come, and not before', async () => {
      const { queue, clock, next } = world();
      queue.addAfter('a', 100);
      await clock.advance(99);
      expect([queue.waiting(), await next()]).to.deep.equal([1, undefined]);
      await clock.advance(1);
      expect([queue.waiting(), await next()]).to.deep.equal([0, 'a']);
    });

    const order = [
      { reason: 'a later time does not move a key that waits', second: 500, at: 100 },
      { reason: 'an earlier time does', second: 40, at: 40 },
    ];
    for (const { reason, second, at } of order) {
      it(`keeps the earlier time: ${reason}`, async () => {
        const { queue, clock, next } = world();
        queue.addAfter('a', 100);
        queue.addAfter('a', second);
        await clock.advance(at - 1);
        expect(await next(), reason).to.equal(undefined);
        await clock.advance(1);
        expect(await next(), reason).to.equal('a');
        queue.done('a');
        await clock.advance(1_000);
        expect(await next(), 'the other time must not run it a second time').to.equal(undefined);
      });
    }

    it('runs a waiting key at once when it is added, and drops the wait', async () => {
      const { queue, clock, next } = world();
      queue.addAfter('a', 100);
      queue.add('a');
      expect([queue.waiting(), clock.timers, await next()]).to.deep.equal([0, 0, 'a']);
      queue.done('a');
      await clock.advance(1_000);
      expect(await next()).to.equal(undefined);
    });

    it('does not let a key wait that is to run now', async () => {
      const { queue, next } = world();
      queue.add('a');
      queue.addAfter('a', 100);
      expect([queue.waiting(), await next()]).to.deep.equal([0, 'a']);
    });

    it('lets a key whose time comes during its run, run again after it', async () => {
      const { queue, clock, next } = world();
      queue.add('a');
      await next();
      queue.addAfter('a', 10);
      await clock.advance(20);
      expect(await next()).to.equal(undefined);
      queue.done('a');
      expect(await next()).to.equal('a');
    });

    it('adds at once for a delay of nothing or less', async () => {
      const { queue, next } = world();
      queue.addAfter('a', 0);
      queue.addAfter('b', -5);
      expect([await next(), await next()]).to.deep.equal(['a', 'b']);
    });

    it('refuses a delay that is not a number, which would break the order of the others', () => {
      expect(() => world().queue.addAfter('a', Number.NaN)).to.throw(RangeError, 'not a number');
    });

    it('needs one timer, however many keys wait', async () => {
      const { queue, clock } = world();
      for (let key = 0; key < 1_000; key += 1) queue.addAfter(String(key), 1_000 - key);
      expect(clock.timers).to.equal(1);
      await clock.advance(1_000);
      expect([queue.length, clock.timers]).to.deep.equal([1_000, 0]);
    });

    it('waits longer than one timer of Node can', async () => {
      const { queue, clock, next } = world();
      queue.addAfter('a', MAX_TIMER_MS + 5_000);
      await clock.advance(MAX_TIMER_MS + 4_999);
      expect(await next()).to.equal(undefined);
      await clock.advance(1);
      expect(await next()).to.equal('a');
    });

    it('does not heed a wall clock that jumps', async () => {
      const { queue, clock, next } = world();
      queue.addAfter('a', 1_000);
      clock.shiftWallClock(10_000_000);
      await clock.advance(999);
      expect(await next()).to.equal(undefined);
    });
  });

  describe('remove', () => {
    it('takes a key out of line and out of the waiting ones', async () => {
      const { queue, clock, next } = world();
      for (const key of ['a', 'b', 'c']) queue.add(key);
      queue.addAfter('d', 10);
      queue.remove('b');
      queue.remove('d');
      await clock.advance(100);
      expect([await next(), await next(), await next()]).to.deep.equal(['a', 'c', undefined]);
    });

    it('does not repeat the work on a key that is gone', async () => {
      const { queue, next } = world();
      queue.add('a');
      await next();
      queue.add('a');
      queue.remove('a');
      queue.done('a');
      expect(await next()).to.equal(undefined);
    });
  });

  describe('shutDown', () => {
    it('takes no more adds, gives what is in line, and then nothing', async () => {
      const { queue, next } = world();
      queue.add('a');
      queue.shutDown();
      queue.add('b');
      queue.addAfter('c', 0);
      expect([await next(), await queue.get()]).to.deep.equal(['a', undefined]);
    });

    it('sends home the workers that wait, and ends the waits of keys', async () => {
      const { queue, clock } = world();
      const waiting = [queue.get(), queue.get()];
      queue.addAfter('a', 10);
      queue.shutDown();
      expect(await Promise.all(waiting)).to.deep.equal([undefined, undefined]);
      expect([queue.waiting(), clock.timers]).to.deep.equal([0, 0]);
    });

    it('still runs again what was added during its run, before', async () => {
      const { queue, next } = world();
      queue.add('a');
      await next();
      queue.add('a');
      queue.shutDown();
      queue.done('a');
      expect(await queue.get()).to.equal('a');
    });
  });

  it('measures depth, waits, work and what is unfinished', async () => {
    const { queue, clock, metrics, next } = world();
    queue.add('a');
    queue.add('a');
    queue.add('b');
    expect(metrics.gauges['depth']).to.equal(2);
    await clock.advance(2_000);
    await next();
    await clock.advance(1_000);
    await next();
    queue.add('a');
    await clock.advance(500);
    expect(metrics.unfinished()).to.deep.equal({ seconds: 2, longestSeconds: 1.5 });
    expect(metrics.gauges['depth']).to.equal(1);
    queue.done('a');
    queue.done('b');
    expect(metrics.unfinished()).to.deep.equal({ seconds: 0.5 - 0.5, longestSeconds: 0 });
    queue.addAfter('c', 100);
    await clock.advance(100);
    expect(metrics.counts).to.deep.equal({ adds: 4, retries: 1 });
    expect(metrics.observed).to.deep.equal({ queueDuration: [2, 3], workDuration: [1.5, 0.5] });
  });
});
