/** Time as this room sees it, and waiting that ends with the signal. Nothing in this room waits any other way. */

export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/**
 * Two clocks. Hazard: the wall clock may be set at any moment, so everything that is measured here (a wait, an age, a gap
 * between two requests) is measured with the monotonic one; otherwise a clock that is set back makes everything wait for
 * as long as it was set back.
 */
export interface Clock {
  /** Unix ms by the wall clock: for people, and to compare with the clocks of others. */
  now(): number;
  /** Ms since a fixed but unknown moment; never goes back. */
  monotonic(): number;
}

/** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
export const sleep: Sleep = (ms, signal) =>
  new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(reasonOf(signal));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, ms);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });

/** The reason of an aborted signal as an error: anything may be passed to `abort()`. */
export function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new DOMException('the operation was aborted', 'AbortError');
}
