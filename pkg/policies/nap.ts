/** A pause that ends early with any of the signals. Listeners go with it: the loop that naps outlives a million naps. */
import { onAbort } from '../base/index.js';

/** Resolves after `ms`, or as soon as one of the signals is aborted. */
export function nap(ms: number, ...signals: AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      for (const forget of forgets) forget();
      resolve();
    };
    const timer = setTimeout(end, ms);
    const forgets = signals.map((signal) => onAbort(signal, end));
    if (signals.some(({ aborted }) => aborted)) end();
  });
}
