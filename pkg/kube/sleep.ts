/** Waiting by the injected clock. It ends early, and without an error, when the signal aborts: look at the signal after it. */
import { startTimer, type Timers } from '../base/index.js';

export function sleep(clock: Timers, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    // The listener goes with the wait: signals here live as long as the process.
    const end = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = startTimer(clock, end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
