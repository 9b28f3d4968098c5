/**
 * Timers that belong to a clock. Every timer of `pkg` is started here, so that a test which holds the clock holds the whole
 * controller. `cmd` makes the real ones.
 */
import type { Clock } from './clock.js';

/** A timer that has not fired yet; cancelling one that has is harmless. */
export interface Timer {
  cancel(): void;
  /** From now on it keeps no process that has ended everything else. */
  unref(): void;
}

/** A clock that can also start timers. */
export interface Timers extends Clock {
  /** Runs once after `ms`, never at once. As in Node, a delay beyond `MAX_TIMER_MS` may fire early: see `startTimer`. */
  setTimeout(run: () => void, ms: number): Timer;
}

/** Node keeps delays in 32 bits: a longer one fires after 1 ms. https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** A timer of any length, never early: Node's may fire a fraction of a millisecond before their time. */
export function startTimer(timers: Timers, run: () => void, ms: number): Timer {
  const due = timers.monotonic() + ms;
  let leg: Timer;
  let keepsProcess = true;
  const wait = (): void => {
    const left = Math.ceil(due - timers.monotonic());
    leg = timers.setTimeout(arrive, Math.min(Math.max(left, 1), MAX_TIMER_MS));
    if (!keepsProcess) leg.unref();
  };
  const arrive = (): void => (timers.monotonic() < due ? wait() : run());
  wait();
  return {
    cancel: () => leg.cancel(),
    unref: () => {
      keepsProcess = false;
      leg.unref();
    },
  };
}
