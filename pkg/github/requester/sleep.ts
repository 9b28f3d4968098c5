/** Waiting that ends with the signal. Nothing in this room waits any other way. */

import { abortReason } from '../../base/index.js';

export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
export const sleep: Sleep = (ms, signal) =>
  new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(abortReason(signal));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, ms);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
