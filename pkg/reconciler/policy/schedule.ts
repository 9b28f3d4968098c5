/**
 * When the next pass is due. A cron expression is judged by croner, in the policy's time zone.
 * Daylight saving, as croner does it (https://croner.56k.guru): a time that is skipped runs once, right after the gap; a time that
 * comes twice runs once.
 */
import { Cron } from 'croner';
import { DEFAULT_INTERVAL, DEFAULT_QUICK_INTERVAL, durationMs, type PolicySpec } from '../../api/index.js';

type Schedule = Partial<PolicySpec['schedule']>;

const DEFAULT_TIME_ZONE = 'Etc/UTC';

/** What is wrong with `cron` or `timeZone` at `nowMs`, in the words of a fault line; the schema cannot judge them. */
export function scheduleFault({ cron, timeZone }: Schedule, nowMs: number): string | undefined {
  if (cron === undefined) return undefined;
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    return `spec.schedule.timeZone: found ${JSON.stringify(timeZone)}, allowed: an IANA time zone such as Europe/Berlin`;
  }
  try {
    if (new Cron(cron, { timezone: timeZone ?? DEFAULT_TIME_ZONE, paused: true }).nextRun(new Date(nowMs)) === null)
      throw new RangeError('it never comes due');
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `spec.schedule.cron: found ${JSON.stringify(cron)}, allowed: a cron expression such as "0 4 * * *" (${why})`;
  }
}

export interface NextPass {
  /** Unix ms. */
  atMs: number;
  /** A cron time is never early; an interval may be jittered. */
  exact: boolean;
}

/** When the pass after `afterMs` is due; `minIntervalMs` is the operator's floor under what policies ask for. */
export function nextPass({ cron, timeZone, interval }: Schedule, afterMs: number, minIntervalMs = 0): NextPass {
  if (cron === undefined)
    return { atMs: afterMs + Math.max(minIntervalMs, durationMs(interval ?? DEFAULT_INTERVAL)), exact: false };
  const due = new Cron(cron, { timezone: timeZone ?? DEFAULT_TIME_ZONE, paused: true }).nextRun(new Date(afterMs));
  return { atMs: Math.max(due?.getTime() ?? 0, afterMs + minIntervalMs), exact: true };
}

/**
 * How often a policy gets a quick pass, ms; undefined where it gets none. The one place that knows what an unset `quickInterval` means.
 * The operator's floor holds for quick passes too.
 */
export function quickIntervalMs(
  { cron, interval, quickInterval = DEFAULT_QUICK_INTERVAL }: Schedule,
  minIntervalMs = 0,
): number | undefined {
  const ms = durationMs(quickInterval);
  if (cron !== undefined || ms === 0) return undefined;
  const everyMs = Math.max(minIntervalMs, ms);
  return everyMs < Math.max(minIntervalMs, durationMs(interval ?? DEFAULT_INTERVAL)) ? everyMs : undefined;
}

const DAY_MS = 86_400_000;

/** How long a policy may be without a complete pass before that is worth a message, ms: a day, or two of its intervals. */
export function incompleteMs(schedule: Schedule, nowMs: number): number {
  if (scheduleFault(schedule, nowMs) !== undefined) return DAY_MS;
  const first = nextPass(schedule, nowMs).atMs;
  return Math.max(DAY_MS, 2 * (nextPass(schedule, first).atMs - first));
}

/** The longest that a policy waits after a failure: no longer than until its next pass. */
export function longestRetryMs({ cron, interval }: Pick<Schedule, 'cron' | 'interval'>, minIntervalMs = 0): number {
  return cron === undefined ? Math.max(minIntervalMs, durationMs(interval ?? DEFAULT_INTERVAL)) : Infinity;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
