/** Gives up a request whose whole answer, body included, has not come in time. */
import { abortReason } from '../../base/index.js';
import type { Ask, Step } from './exchange.js';
import { NetworkError } from './network-error.js';

/** GitHub ends its own work after 10 s with a 502 or 504; five more for the way there and back. */
export const REQUEST_TIMEOUT_MS = 15_000;

/**
 * Aborts what is below it after `timeoutMs`. An own controller in place of `AbortSignal.any`: the listener on the
 * pass's long-lived signal goes with the request.
 */
export function deadline(timeoutMs: number): Step {
  return (next) => async (ask) => {
    const controller = new AbortController();
    const abort = (): void => controller.abort(abortReason(ask.signal));
    const timer = setTimeout(() => controller.abort(), timeoutMs);
    if (ask.signal.aborted) abort();
    ask.signal.addEventListener('abort', abort, { once: true });
    try {
      return await next({ ...ask, signal: controller.signal });
    } catch (error) {
      throw told(error, ask, controller, timeoutMs);
    } finally {
      clearTimeout(timer);
      ask.signal.removeEventListener('abort', abort);
    }
  };
}

function told(error: unknown, ask: Ask, controller: AbortController, timeoutMs: number): unknown {
  if (ask.signal.aborted) return abortReason(ask.signal);
  if (controller.signal.aborted) return new NetworkError('timeout', `no whole answer within ${timeoutMs / 1_000} s`);
  return error;
}
