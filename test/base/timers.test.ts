import { expect } from 'chai';
import { MAX_TIMER_MS, startTimer } from '../../pkg/base/index.js';
import { VirtualClock } from '../fakes/clock.js';

describe('the virtual clock', () => {
  it('runs timers by time, then by the order of their making, and lets each come to rest', async () => {
    const clock = new VirtualClock();
    const log: string[] = [];
    const at = (name: string, ms: number): void =>
      void clock.setTimeout(() => {
        log.push(name);
        void Promise.resolve()
          .then(() => undefined)
          .then(() => log.push(`${name} rested`));
      }, ms);
    at('late', 20);
    at('first', 10);
    at('second', 10);
    await clock.advance(20);
    expect(log).to.deep.equal(['first', 'first rested', 'second', 'second rested', 'late', 'late rested']);
  });

  it('runs timers that timers make, at their own time', async () => {
    const clock = new VirtualClock();
    const times: number[] = [];
    const tick = (): void => {
      times.push(clock.monotonic());
      clock.setTimeout(tick, 30);
    };
    clock.setTimeout(tick, 30);
    await clock.advance(100);
    expect(times).to.deep.equal([30, 60, 90]);
    expect(clock.monotonic()).to.equal(100);
  });

  it('runs nothing that was cancelled', async () => {
    const clock = new VirtualClock();
    clock.setTimeout(() => expect.fail('fired'), 5).cancel();
    await clock.advance(10);
    expect(clock.timers).to.equal(0);
  });

  it('keeps the monotonic time and the timers when somebody sets the wall clock', async () => {
    const clock = new VirtualClock(0);
    let fired = 0;
    clock.setTimeout(() => (fired += 1), 1_000);
    clock.shiftWallClock(-3_600_000);
    await clock.advance(999);
    expect([clock.now(), clock.monotonic(), fired]).to.deep.equal([999 - 3_600_000, 999, 0]);
    await clock.advanceTo(1_000 - 3_600_000);
    expect(fired).to.equal(1);
  });

  it('cuts a delay beyond 32 bits to 1 ms, as Node does', async () => {
    const clock = new VirtualClock();
    let fired = 0;
    clock.setTimeout(() => (fired += 1), MAX_TIMER_MS + 1);
    await clock.advance(1);
    expect(fired).to.equal(1);
  });
});

describe('startTimer', () => {
  const YEAR = 365 * 24 * 3_600_000;

  it('holds for a year, which one timer of Node cannot', async () => {
    const clock = new VirtualClock();
    let fired = 0;
    startTimer(clock, () => (fired += 1), YEAR);
    await clock.advance(YEAR - 1);
    expect(fired).to.equal(0);
    await clock.advance(1);
    expect(fired).to.equal(1);
    expect(clock.timers).to.equal(0);
  });

  it('is cancelled on any of its legs', async () => {
    const clock = new VirtualClock();
    const timer = startTimer(clock, () => expect.fail('fired'), YEAR);
    await clock.advance(YEAR / 2);
    timer.cancel();
    expect(clock.timers).to.equal(0);
  });

  it('does not fire early on a timer that does', async () => {
    const clock = new VirtualClock();
    const hasty = Object.assign(Object.create(clock) as VirtualClock, {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      setTimeout: (run: () => void, ms: number) => clock.setTimeout(run, ms > 10 ? ms - 3 : ms),
    });
    let firedAt = 0;
    startTimer(hasty, () => (firedAt = clock.monotonic()), 100);
    await clock.advance(200);
    expect(firedAt).to.equal(100);
  });
});
