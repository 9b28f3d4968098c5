/** Timeouts and the stop: what is in flight ends in time, or is left behind in the open. */
import { expect } from 'chai';
import { hasCode, Plus1Error } from '../../pkg/errors/index.js';
import type { Result } from '../../pkg/controller/index.js';
import { gate, Harness, HOUR, MINUTE, never, SECOND, untilAborted } from './builders.js';

const INTERVAL: Result = { kind: 'requeueAfter', ms: 10 * MINUTE };

describe('a run past its timeout', () => {
  it('is told to end, counted, and tried again with backoff', async () => {
    const harness = new Harness((_key, { signal }) => untilAborted(signal), { timeoutMs: MINUTE }).start('a');
    await harness.clock.advance(MINUTE - 1);
    expect(harness.runs[0]?.signal.aborted).to.equal(false);
    await harness.clock.advance(1 + 750);
    expect(hasCode(harness.runs[0]?.signal.reason, 'PLUS1_TIMEOUT')).to.equal(true);
    expect(harness.times('a')).to.deep.equal([0, MINUTE + 750]);
    expect(harness.metrics.counts).to.include({ timeouts: 1, errors: 1 });
    expect(harness.lines.map(({ fields }) => fields['code'])).to.deep.equal(['PLUS1_TIMEOUT']);
  });

  it('has 30 min where nothing else is said, and by key where a function says it', async () => {
    const timeoutMs = (key: string): number => (key === 'a' ? MINUTE : HOUR);
    const byDefault = new Harness((_key, { signal }) => untilAborted(signal)).start('a');
    const byKey = new Harness((_key, { signal }) => untilAborted(signal), { timeoutMs, concurrency: 2 }).start(
      'a',
      'b',
    );
    await byDefault.clock.advance(30 * MINUTE - 1);
    expect(byDefault.metrics.counts['timeouts']).to.equal(undefined);
    await byDefault.clock.advance(1);
    expect(byDefault.metrics.counts['timeouts']).to.equal(1);
    await byKey.clock.advance(MINUTE);
    expect(byKey.runs.map(({ key, signal }) => [key, signal.aborted])).to.deep.equal([
      ['a', true],
      ['b', false],
    ]);
  });

  it('may still publish, and then its result counts', async () => {
    const harness: Harness = new Harness(
      async (_key, { signal }) => {
        await untilAborted(signal).catch(() => undefined);
        await harness.sleep(20 * SECOND);
        return INTERVAL;
      },
      { timeoutMs: MINUTE },
    ).start('a');
    await harness.clock.advance(12 * MINUTE);
    expect(harness.times('a')).to.deep.equal([0, 11 * MINUTE + 20 * SECOND]);
    expect(harness.metrics.counts).to.include({ timeouts: 1, 'reconcile:requeue_after': 1 });
    expect(harness.controller.overdue()).to.deep.equal([]);
  });

  it('names the timeout where the reconciler only says AbortError', async () => {
    const abortError = Object.assign(new Error('This operation was aborted'), { name: 'AbortError' });
    const harness = new Harness(
      (_key, { signal }) =>
        untilAborted(signal).catch(() => {
          throw abortError;
        }),
      { timeoutMs: MINUTE },
    ).start('a');
    await harness.clock.advance(MINUTE);
    expect(harness.lines.map(({ fields }) => fields['code'])).to.deep.equal(['PLUS1_TIMEOUT']);
  });

  describe('that heeds nothing', () => {
    it('keeps its worker until the timeout and the time to publish are over, and no longer', async () => {
      const harness = new Harness(async (key) => (key === 'a' ? never() : { kind: 'done' }), {
        timeoutMs: MINUTE,
      }).start('a', 'b');
      await harness.clock.advance(90 * SECOND);
      expect(harness.times('b')).to.deep.equal([90 * SECOND]);
      expect(harness.metrics.gauges['activeWorkers']).to.equal(0);
    });

    it('is never joined by a second run of its key, and is told of', async () => {
      const harness = new Harness(() => never(), { timeoutMs: MINUTE }).start('a');
      await harness.clock.advance(HOUR);
      harness.controller.add('a');
      await harness.clock.advance(HOUR);
      expect(harness.times('a')).to.deep.equal([0]);
      expect(harness.controller.overdue()).to.deep.equal(['a']);
      expect(harness.metrics.unfinished().longestSeconds).to.equal((2 * HOUR) / SECOND);
      expect(harness.lines.map(({ msg }) => msg)).to.deep.equal([
        'Pass goes on after its timeout; its worker does not wait',
      ]);
    });

    it('gives its key free when it ends after all', async () => {
      const open = gate();
      const harness = new Harness(async () => (await open.passed, INTERVAL), { timeoutMs: MINUTE }).start('a');
      await harness.clock.advance(HOUR);
      open.open();
      await harness.clock.advance(10 * MINUTE);
      expect(harness.times('a')).to.deep.equal([0, HOUR + 10 * MINUTE]);
      expect(harness.controller.overdue()).to.deep.equal([]);
    });
  });
});

describe('the stop of a controller', () => {
  it('is over at once when nothing is in flight, and leaves no timer', async () => {
    const harness = new Harness(async () => INTERVAL, { concurrency: 3 }).start('a', 'b');
    await harness.clock.advance(SECOND);
    harness.stop.abort();
    await harness.clock.advance(0);
    expect([harness.isFinished, harness.clock.timers]).to.deep.equal([true, 0]);
  });

  it('takes no key any more, neither from the line nor by add', async () => {
    const open = gate();
    const harness = new Harness(async () => (await open.passed, INTERVAL)).start('a', 'b');
    await harness.clock.advance(0);
    harness.stop.abort();
    harness.controller.add('c');
    open.open();
    await harness.finished;
    await harness.clock.advance(HOUR);
    expect(harness.runs.map(({ key }) => key)).to.deep.equal(['a']);
  });

  it('runs nothing when it was told to stop before it ran', async () => {
    const harness = new Harness(async () => INTERVAL);
    harness.stop.abort();
    harness.start('a');
    await harness.finished;
    expect(harness.runs).to.deep.equal([]);
  });

  it('lets a run in flight end by itself', async () => {
    const harness: Harness = new Harness(async (_key, { signal }) => {
      await harness.sleep(20 * SECOND);
      expect(signal.aborted).to.equal(false);
      return INTERVAL;
    }).start('a');
    await harness.clock.advance(SECOND);
    harness.stop.abort();
    await harness.clock.advance(19 * SECOND - 1);
    expect(harness.isFinished).to.equal(false);
    await harness.clock.advance(1);
    expect(harness.isFinished).to.equal(true);
    expect(harness.metrics.counts).to.include({ 'reconcile:requeue_after': 1 });
    expect(harness.lines).to.deep.equal([]);
  });

  it('aborts after 25 s what does not', async () => {
    const harness = new Harness((_key, { signal }) => untilAborted(signal)).start('a');
    await harness.clock.advance(SECOND);
    harness.stop.abort();
    await harness.clock.advance(25 * SECOND - 1);
    expect(harness.runs[0]?.signal.aborted).to.equal(false);
    await harness.clock.advance(1);
    expect(hasCode(harness.runs[0]?.signal.reason, 'PLUS1_INTERRUPTED')).to.equal(true);
    expect([harness.isFinished, harness.clock.timers]).to.deep.equal([true, 0]);
  });

  it('is over within 30 s, even with a run that heeds nothing, which it names', async () => {
    const harness = new Harness(() => never(), { concurrency: 2 }).start('a');
    await harness.clock.advance(SECOND);
    harness.stop.abort();
    await harness.clock.advance(30 * SECOND);
    expect([harness.isFinished, harness.clock.timers]).to.deep.equal([true, 0]);
    expect(harness.lines.map(({ level, fields }) => [level, fields['keys']])).to.deep.equal([['error', ['a']]]);
  });

  it('does not wait for a run that was left behind before', async () => {
    const harness = new Harness(() => never(), { timeoutMs: MINUTE }).start('a');
    await harness.clock.advance(HOUR);
    harness.stop.abort();
    await harness.clock.advance(0);
    expect(harness.isFinished).to.equal(true);
  });

  it('is at once when a lost lease interrupts what is in flight', async () => {
    const lost = new Plus1Error('PLUS1_INTERRUPTED', 'the lease is lost');
    const harness = new Harness((_key, { signal }) => untilAborted(signal), { concurrency: 2 }).start('a', 'b');
    await harness.clock.advance(SECOND);
    harness.stop.abort();
    harness.controller.interrupt(lost);
    await harness.clock.advance(0);
    expect(harness.runs.map(({ signal }) => signal.reason as unknown)).to.deep.equal([lost, lost]);
    expect(harness.isFinished).to.equal(true);
  });
});
