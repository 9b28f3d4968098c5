/**
 * Time as the controller sees it: a wall clock for times that others name, a monotonic one for everything measured
 * here, and timers. Hazard: the wall clock jumps (NTP, a suspended machine), so no delay may be measured with it.
 */

/** A timer that has not fired yet; cancelling one that has is harmless. */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Unix ms. */
  now(): number;
  /** Ms since a fixed but unknown moment; never goes back. */
  monotonic(): number;
  /** Runs once after `ms`, never at once. As in Node, a delay beyond `MAX_TIMER_MS` may fire early: see `startTimer`. */
  setTimeout(run: () => void, ms: number): Timer;
}

/** Node keeps delays in 32 bits: a longer one fires after 1 ms. https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** A timer of any length, never early: Node's may fire a fraction of a millisecond before their time. */
export function startTimer(clock: Clock, run: () => void, ms: number): Timer {
  const due = clock.monotonic() + ms;
  let leg: Timer;
  const wait = (): void => {
    const left = Math.ceil(due - clock.monotonic());
    leg = clock.setTimeout(arrive, Math.min(Math.max(left, 1), MAX_TIMER_MS));
  };
  const arrive = (): void => (clock.monotonic() < due ? wait() : run());
  wait();
  return { cancel: () => leg.cancel() };
}
