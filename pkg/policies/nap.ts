/** A pause that ends early with any of the signals. Listeners go with it: the loop that naps outlives a million naps. */

/** Resolves after `ms`, or as soon as one of the signals is aborted. */
export function nap(ms: number, ...signals: AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    for (const signal of signals) signal.addEventListener('abort', end);
    if (signals.some(({ aborted }) => aborted)) end();
  });
}
