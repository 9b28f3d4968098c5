/** Waiting with a bound, by the injected clock. Hazard: what was waited for goes on; a bound ends no work. */
import { startTimer, type Timers } from '../base/index.js';

/** True when `work` ended within `ms`; rejects as it does. */
export function within(clock: Timers, work: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = startTimer(clock, () => resolve(false), ms);
    work.then(() => resolve(true), reject).finally(() => timer.cancel());
  });
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
