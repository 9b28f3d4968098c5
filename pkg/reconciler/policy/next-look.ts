/**
 * When to look again after a pass, in one place: the status says it and the loop does it, and they must not differ. A status
 * that names the interval while a retry comes in a second makes people wait for nothing.
 */
import type { PolicySpec } from '../../api/index.js';
import { LONGEST_WAIT_MS, type ExactTime, type Result } from '../../controller/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { QuickWait } from './quick-passes.js';
import { nextPass } from './schedule.js';
import type { Ended } from '../types.js';

export interface NextLook {
  /** By the wall clock, Unix ms. */
  atMs: number;
  result:
    | Result
    /** A failure that may pass by itself: it is thrown, and the loop backs off. */
    | { kind: 'retry'; error: Plus1Error };
}

export interface Terms {
  /** Where quick passes come before the next full one. */
  quick?: QuickWait | undefined;
  schedule: PolicySpec['schedule'];
  /** From now to the next full pass of a policy with an interval; unless given, its interval. */
  fullMs?: number | undefined;
  /** The operator's floor. */
  minIntervalMs: number;
  /** What the loop waits after a failure. */
  retryMs: number;
  /**
   * The wall clock when the pass had ended, Unix ms: cron times are times of it. The same for the status and for the loop, or a cron
   * time that comes between the two would be skipped.
   */
  nowMs: number;
}

/**
 * A known wait is no failure; what only a person can fix is looked at again as scheduled; the rest is tried again. Where a write may
 * still be applied, no look comes later than the moment at which that is over: what it took out must not stay out for a whole interval.
 */
export function nextLook(ended: Ended, terms: Terms): NextLook {
  const next = lookAfter(ended, terms);
  if (ended.settlesMs === undefined || ended.error !== undefined) return next;
  // Both by the time of the pass, as a known wait.
  const ms = Math.max(0, ended.settlesMs - ended.endMs);
  // It is over by that time, and open all the same: the time is not trusted. Passes without a pause would not change that.
  if (ms === 0 && ended.result === 'Incomplete') return next;
  const waitMs = next.result.kind === 'requeueAfter' ? next.result.ms : next.atMs - terms.nowMs;
  return ms < waitMs ? { atMs: terms.nowMs + ms, result: { kind: 'wait', ms } } : next;
}

function lookAfter({ error, result, endMs, anchor }: Ended, terms: Terms): NextLook {
  if (error?.retryAt !== undefined) {
    // Both by the time of the pass, so that a wall clock that is set meanwhile makes it no longer.
    const ms = Math.min(LONGEST_WAIT_MS, Math.max(0, error.retryAt - endMs));
    return { atMs: terms.nowMs + ms, result: { kind: 'wait', ms } };
  }
  if (error !== undefined && error.class !== 'configuration' && error.class !== 'usage') return retry(error, terms);
  // One that had the whole list, and not every repository: quick passes ask for those again.
  const isAskedAgain = terms.quick?.isRegular === true && anchor !== undefined;
  if (error === undefined && result === 'Incomplete' && !isAskedAgain)
    return retry(new Plus1Error('PLUS1_LISTING_INCOMPLETE', 'the pass was incomplete'), terms);
  return scheduled(error, terms);
}

function retry(error: Plus1Error, { nowMs, retryMs }: Terms): NextLook {
  return { atMs: nowMs + retryMs, result: { kind: 'retry', error } };
}

function scheduled(error: Plus1Error | undefined, { schedule, nowMs, minIntervalMs, quick, fullMs }: Terms): NextLook {
  if (quick !== undefined && error === undefined)
    return { atMs: nowMs + quick.fullMs, result: { kind: 'requeueAfter', ms: quick.waitMs } };
  const { atMs: nextMs, exact } = nextPass(schedule, nowMs, minIntervalMs);
  const ms = exact || fullMs === undefined ? nextMs - nowMs : fullMs;
  const atMs = nowMs + ms;
  if (!exact)
    return {
      atMs,
      result: error === undefined ? { kind: 'requeueAfter', ms } : { kind: 'terminal', error, retryAfterMs: ms },
    };
  const next = (afterMs: number): number => nextPass(schedule, afterMs, minIntervalMs).atMs;
  const at: ExactTime = { untilMs: atMs, next };
  return {
    atMs,
    result: error === undefined ? { kind: 'at', ...at } : { kind: 'terminal', error, retryAt: at },
  };
}

/** The same for the loop. Throws what is to be tried again with backoff. */
export function loopResult({ result }: NextLook): Result {
  if (result.kind === 'retry') throw result.error;
  return result;
}

/** Nothing tells when a role or a CRD was fixed. */
const REFUSED_RETRY_MS = 10 * 60_000;

/** A home that will not take the status, for a reason that only a person can fix: all there is to tell it in is the log. */
export function refusedResult(thrown: unknown, intervalMs: number): Result {
  if (!(thrown instanceof Plus1Error) || thrown.class !== 'configuration') throw thrown;
  return { kind: 'terminal', error: thrown, retryAfterMs: Math.min(intervalMs, REFUSED_RETRY_MS) };
}
