/**
 * Quick passes that found nothing changed: nothing is written for one of them, so that they are counted in the process, by day, until
 * the next pass that is written. A process that ends before that loses their count, and nothing else. Pure.
 */
import { dateOf, type DayCounters } from './day-counters.js';

/** By the day in UTC. */
export type QuietByDay = Map<string, QuietPasses>;

export interface QuietPasses {
  count: number;
  requests: number;
  /** Of all of them, and of the longest. */
  sum: number;
  max: number;
  firstEndMs: number;
  /** The longest time between two of them. */
  gapSeconds: number;
  lastEndMs: number;
}

/** Counts one more. */
export function countQuiet(
  quiet: QuietByDay,
  { endMs, seconds, requests }: { endMs: number; seconds: number; requests: number },
): void {
  const before = quiet.get(dateOf(endMs));
  quiet.set(dateOf(endMs), {
    count: (before?.count ?? 0) + 1,
    requests: (before?.requests ?? 0) + requests,
    sum: (before?.sum ?? 0) + seconds,
    max: Math.max(before?.max ?? 0, seconds),
    firstEndMs: before?.firstEndMs ?? endMs,
    gapSeconds: before === undefined ? 0 : Math.max(before.gapSeconds, (endMs - before.lastEndMs) / 1_000),
    lastEndMs: endMs,
  });
}

/** The counters with those passes of that day. */
export function withQuiet(day: DayCounters, quiet: QuietPasses | undefined): DayCounters {
  if (quiet === undefined) return day;
  const firstGap = day.lastEndMs === null ? 0 : Math.max(0, quiet.firstEndMs - day.lastEndMs) / 1_000;
  const quick = day.passes['quick'] ?? {};
  const { seconds } = day;
  return {
    ...day,
    passes: { ...day.passes, quick: { ...quick, Succeeded: (quick['Succeeded'] ?? 0) + quiet.count } },
    longestGapSeconds: Math.max(day.longestGapSeconds, firstGap, quiet.gapSeconds),
    requests: day.requests + quiet.requests,
    seconds: {
      count: seconds.count + quiet.count,
      sum: seconds.sum + quiet.sum,
      max: Math.max(seconds.max, quiet.max),
    },
    lastEndMs: quiet.lastEndMs,
  };
}
