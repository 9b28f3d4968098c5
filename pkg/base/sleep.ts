/**
 * Waiting, with one contract everywhere: it rejects with the signal's reason as soon as the signal aborts, so that what
 * follows a wait does not run after an abort. A loop that ends with its signal adds `ignoreAbort`.
 */
import { abortReason } from './abort-reason.js';
import { onAbort } from './on-abort.js';
import { startTimer, type Timers } from './timers.js';

/** A wait whose timers are chosen already. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** Resolves after `ms`, never early. */
export function sleep(timers: Timers, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.reject(abortReason(signal));
  return new Promise((resolve, reject) => {
    // The listener goes with the wait: some signals live as long as the process.
    const forget = onAbort(signal, () => {
      timer.cancel();
      reject(abortReason(signal));
    });
    const timer = startTimer(
      timers,
      () => {
        forget();
        resolve();
      },
      ms,
    );
  });
}
