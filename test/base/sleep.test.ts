import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { boundSignal, ignoreAbort, linkSignals, sleep, unlessAborted } from '../../pkg/base/index.js';
import { VirtualClock } from '../fakes/clock.js';

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;
const outcome = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'resolved',
    (error: unknown) => error,
  );

describe('sleep', () => {
  it('resolves after its time by the clock given, and leaves no listener', async () => {
    const clock = new VirtualClock();
    const stop = new AbortController();
    let isOver = false;
    const wait = sleep(clock, 1_000, stop.signal).then(() => (isOver = true));
    await clock.advance(999);
    expect(isOver).to.equal(false);
    await clock.advance(1);
    await wait;
    expect([listeners(stop.signal), clock.timers]).to.deep.equal([0, 0]);
  });

  it('rejects with the reason as soon as the signal aborts, and leaves no timer', async () => {
    const clock = new VirtualClock();
    const stop = new AbortController();
    const reason = new Error('the process stops');
    const wait = outcome(sleep(clock, 1_000, stop.signal));
    stop.abort(reason);
    expect(await wait).to.equal(reason);
    expect([listeners(stop.signal), clock.timers]).to.deep.equal([0, 0]);
  });

  it('rejects at once where the signal was aborted before, with an error whatever the reason was', async () => {
    const clock = new VirtualClock();
    expect(await outcome(sleep(clock, 1_000, AbortSignal.abort('no error')))).to.be.instanceOf(DOMException);
    expect(clock.timers).to.equal(0);
  });
});

describe('ignoreAbort', () => {
  it('takes the end of a wait by its own signal for no error, and anything else for one', async () => {
    const fault = new Error('a fault');
    const { signal } = new AbortController();
    expect(
      await outcome(sleep(new VirtualClock(), 1, AbortSignal.abort()).catch(ignoreAbort(AbortSignal.abort()))),
    ).to.equal('resolved');
    expect(await outcome(Promise.reject(fault).catch(ignoreAbort(signal)))).to.equal(fault);
  });
});

describe('unlessAborted', () => {
  it('gives what the work gives, and leaves no listener', async () => {
    const { signal } = new AbortController();
    expect(await unlessAborted(Promise.resolve(7), signal)).to.equal(7);
    await new Promise((resolve) => setImmediate(resolve));
    expect(listeners(signal)).to.equal(0);
  });

  it('rejects with the reason while the work goes on, and a failure of the work later is not left unhandled', async () => {
    const stop = new AbortController();
    const reason = new Error('stop');
    let fail: (error: Error) => void = () => undefined;
    const wait = outcome(unlessAborted(new Promise((_resolve, reject) => (fail = reject)), stop.signal));
    stop.abort(reason);
    expect(await wait).to.equal(reason);
    fail(new Error('too late for anybody'));
    await new Promise((resolve) => setImmediate(resolve));
  });
});

describe('linkSignals', () => {
  it('aborts with each of the outer signals, with its reason', () => {
    for (const which of [0, 1]) {
      const outers = [new AbortController(), new AbortController()];
      const { signal } = linkSignals(...outers.map((each) => each.signal));
      const reason = new Error('one of them');
      outers[which]?.abort(reason);
      expect(signal.reason).to.equal(reason);
    }
    const before = new Error('aborted before');
    expect(linkSignals(AbortSignal.abort(before)).signal.reason).to.equal(before);
  });

  it('aborts on its own without the outer one, and hears nothing of it once released', () => {
    const outer = new AbortController();
    const linked = linkSignals(outer.signal);
    const reason = new Error('own');
    linked.abort(reason);
    expect([linked.signal.reason, outer.signal.aborted]).to.deep.equal([reason, false]);
    const other = linkSignals(outer.signal);
    other.release();
    linked.release();
    expect(listeners(outer.signal)).to.equal(0);
    outer.abort();
    expect(other.signal.aborted).to.equal(false);
  });
});

describe('boundSignal', () => {
  it('aborts when its time is over by the clock given, as AbortSignal.timeout does', async () => {
    const clock = new VirtualClock();
    const bound = boundSignal(clock, 1_000);
    await clock.advance(999);
    expect(bound.signal.aborted).to.equal(false);
    await clock.advance(1);
    expect((bound.signal.reason as Error).name).to.equal('TimeoutError');
  });

  it('aborts with its outer signal, and leaves neither timer nor listener once released', async () => {
    const clock = new VirtualClock();
    const outer = new AbortController();
    const late = new Error('late');
    const bounds = [
      boundSignal(clock, 1_000, { outer: outer.signal, reason: () => late }),
      boundSignal(clock, 5, { outer: outer.signal }),
    ];
    bounds[1]?.release();
    expect([clock.timers, listeners(outer.signal)]).to.deep.equal([1, 1]);
    const reason = new Error('the pass ends');
    outer.abort(reason);
    expect([bounds[0]?.signal.reason, bounds[1]?.signal.aborted]).to.deep.equal([reason, false]);
    bounds[0]?.release();
    expect([clock.timers, listeners(outer.signal)]).to.deep.equal([0, 0]);
  });

  it('keeps its outer signal where only the timer is cancelled', async () => {
    const clock = new VirtualClock();
    const outer = new AbortController();
    const bound = boundSignal(clock, 1_000, { outer: outer.signal });
    bound.cancelTimer();
    await clock.advance(2_000);
    expect([clock.timers, bound.signal.aborted]).to.deep.equal([0, false]);
    outer.abort();
    expect(bound.signal.aborted).to.equal(true);
  });
});
