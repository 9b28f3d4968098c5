/** Gives up a request whose whole answer, body included, has not come in time. */
import { abortReason, boundSignal, type Timers } from '../../base/index.js';
import type { HTTPRequest, Interceptor } from './exchange.js';
import { NetworkError } from './network-error.js';

/** GitHub ends its own work after 10 s with a 502 or 504; five more for the way there and back. */
export const REQUEST_TIMEOUT_MS = 15_000;

/** Aborts what is below it after `timeoutMs`. */
export function deadline(timers: Timers, timeoutMs: number): Interceptor {
  return (next) => async (request) => {
    const bound = boundSignal(timers, timeoutMs, { outer: request.signal });
    try {
      return await next({ ...request, signal: bound.signal });
    } catch (error) {
      throw told(error, request, bound.signal, timeoutMs);
    } finally {
      bound.release();
    }
  };
}

function told(error: unknown, request: HTTPRequest, bound: AbortSignal, timeoutMs: number): unknown {
  if (request.signal.aborted) return abortReason(request.signal);
  if (bound.aborted) return new NetworkError('timeout', `no whole answer within ${timeoutMs / 1_000} s`);
  return error;
}
