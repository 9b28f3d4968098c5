/**
 * A signal of one's own that aborts with others. By hand, and not by `AbortSignal.any`: that keeps something of each signal
 * made for as long as the outer one lives, and the outer one is that of a pass or of the process.
 */
import { abortReason } from './abort-reason.js';
import { onAbort } from './on-abort.js';

export interface LinkedSignal {
  readonly signal: AbortSignal;
  /** Aborts this one alone. */
  abort(reason: Error): void;
  /** To be called in the end: from then on no outer signal aborts it. */
  release(): void;
}

/** Aborts as soon as one of them does, with its reason. */
export function linkSignals(...outers: readonly AbortSignal[]): LinkedSignal {
  const controller = new AbortController();
  const forgets = outers.map((outer) => {
    const end = (): void => controller.abort(abortReason(outer));
    if (!outer.aborted) return onAbort(outer, end);
    end();
    return (): void => undefined;
  });
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release: () => forgets.forEach((forget) => forget()),
  };
}
