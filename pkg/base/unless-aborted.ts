/**
 * Waits for work that the signal does not end (others wait for it too, or a disk does not answer): the work goes on, the
 * caller does not. Rejects with the signal's reason.
 */
import { abortReason } from './abort-reason.js';
import { onAbort } from './on-abort.js';

export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(abortReason(signal));
    if (signal.aborted) abort();
    const forget = signal.aborted ? (): void => undefined : onAbort(signal, abort);
    work.then(resolve, reject).finally(forget);
  });
}
