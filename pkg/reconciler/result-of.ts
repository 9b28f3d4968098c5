/** What the loop does after an error: wait for a known time, look again at the interval, or back off. */
import type { Result } from '../controller/index.js';
import { Plus1Error } from '../errors/index.js';

/** Nothing tells when a role or a CRD was mended. */
const REFUSED_RETRY_MS = 10 * 60_000;

/** A known wait is no failure; what only a person can mend is looked at again at the interval; the rest backs off. */
export function resultOf(error: Plus1Error, intervalMs: number): Result {
  if (error.retryAt !== undefined) return { kind: 'wait', untilMs: error.retryAt };
  if (error.class === 'configuration' || error.class === 'usage')
    return { kind: 'terminal', error, retryAfterMs: intervalMs };
  throw error;
}

/** A home that will not take the status, for a reason that only a person can mend: all there is to tell it in is the log. */
export function refusedResult(thrown: unknown, intervalMs: number): Result {
  if (!(thrown instanceof Plus1Error) || thrown.class !== 'configuration') throw thrown;
  return { kind: 'terminal', error: thrown, retryAfterMs: Math.min(intervalMs, REFUSED_RETRY_MS) };
}
