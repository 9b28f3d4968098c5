/** A signal that aborts after some time. */
import { linkSignals, type LinkedSignal } from './linked-signal.js';
import type { Timers } from './timers.js';

export interface BoundSignal extends LinkedSignal {
  /** From now on only an outer signal, or `abort`, aborts it. */
  cancelTimer(): void;
}

export interface Bound {
  /** It aborts with this one as well. */
  outer?: AbortSignal;
  /** Default: a TimeoutError, as `AbortSignal.timeout` has it. */
  reason?: () => Error;
}

/** To be released in the end: its timer would go on, and with it the process. */
export function boundSignal(timers: Timers, ms: number, { outer, reason = timeoutError }: Bound = {}): BoundSignal {
  const linked = linkSignals(...(outer === undefined ? [] : [outer]));
  const timer = timers.setTimeout(() => linked.abort(reason()), ms);
  const cancelTimer = (): void => timer.cancel();
  return {
    ...linked,
    cancelTimer,
    release: () => {
      cancelTimer();
      linked.release();
    },
  };
}

const timeoutError = (): Error => new DOMException('the time is over', 'TimeoutError');
