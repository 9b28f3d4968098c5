/** Gives up a request whose whole answer, body included, has not come in time. */
import { abortReason, boundSignal, type Timers } from '../../base/index.js';
import type { Ask, Step } from './exchange.js';
import { NetworkError } from './network-error.js';

/** GitHub ends its own work after 10 s with a 502 or 504; five more for the way there and back. */
export const REQUEST_TIMEOUT_MS = 15_000;

/** Aborts what is below it after `timeoutMs`. */
export function deadline(timers: Timers, timeoutMs: number): Step {
  return (next) => async (ask) => {
    const bound = boundSignal(timers, timeoutMs, { outer: ask.signal });
    try {
      return await next({ ...ask, signal: bound.signal });
    } catch (error) {
      throw told(error, ask, bound.signal, timeoutMs);
    } finally {
      bound.release();
    }
  };
}

function told(error: unknown, ask: Ask, bound: AbortSignal, timeoutMs: number): unknown {
  if (ask.signal.aborted) return abortReason(ask.signal);
  if (bound.aborted) return new NetworkError('timeout', `no whole answer within ${timeoutMs / 1_000} s`);
  return error;
}
