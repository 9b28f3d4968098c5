/**
 * What is counted of a day, for its `DaySummary`: kept beside the state after each pass, so that a restart loses nothing. Pure.
 */
import { FINDING_STATUSES, type FindingStatus, type PassResult } from '../../api/index.js';
import { isMapping } from '../../base/index.js';
import type { Data, Entry } from '../../journal/index.js';

/** As of the last complete pass of the day. */
export interface DaySight {
  members: number;
  findings: Partial<Record<FindingStatus, number>>;
  codes: Record<string, number>;
  compliance: object;
  population: object;
}

/** When complete full passes of the day ended, Unix ms, and the long times between them. */
export interface CompletePasses {
  firstMs: number;
  lastMs: number;
  gaps: [sinceMs: number, untilMs: number][];
}

/** Between complete passes: shorter ones are the rhythm of a schedule. */
const GAP_MS = 3_600_000;
const MAX_GAPS = 24;

export interface DayCounters {
  v: 1;
  /** In UTC. */
  date: string;
  passes: Record<string, Record<string, number>>;
  errors: Record<string, number>;
  longestGapSeconds: number;
  exposureSeconds: number;
  requests: number;
  seconds: { count: number; sum: number; max: number };
  sight: DaySight | null;
  /** Absent where none was, and in counters that an earlier version kept. */
  complete?: CompletePasses;
  /** When the last pass ended, Unix ms: the next gap counts from there. */
  lastEndMs: number | null;
  /** Until when exposure is counted, Unix ms. */
  countedMs: number;
}

/** A pass that ended. */
export interface CountedPass {
  isQuick?: boolean;
  endMs: number;
  seconds: number;
  result: PassResult;
  /** Code of its error. */
  code?: string | undefined;
  requests: number;
  /** Of one that saw everything. */
  sight?: DaySight | undefined;
}

export const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Of a day of which nothing is counted yet. */
export function emptyDay(nowMs: number, lastEndMs: number | null = null): DayCounters {
  return {
    v: 1,
    date: dateOf(nowMs),
    passes: {},
    errors: {},
    longestGapSeconds: 0,
    exposureSeconds: 0,
    requests: 0,
    seconds: { count: 0, sum: 0, max: 0 },
    sight: null,
    lastEndMs,
    countedMs: nowMs,
  };
}

/** The counters with a pass of that day. */
export function withPass(
  day: DayCounters,
  { isQuick = false, endMs, seconds, result, code, requests, sight }: CountedPass,
): DayCounters {
  const kind = isQuick ? 'quick' : 'full';
  const same = day.passes[kind] ?? {};
  const gap = day.lastEndMs === null ? 0 : Math.max(0, endMs - day.lastEndMs) / 1_000;
  return {
    ...day,
    passes: { ...day.passes, [kind]: { ...same, [result]: (same[result] ?? 0) + 1 } },
    errors: code === undefined ? day.errors : { ...day.errors, [code]: (day.errors[code] ?? 0) + 1 },
    longestGapSeconds: Math.max(day.longestGapSeconds, gap),
    requests: day.requests + requests,
    seconds: {
      count: day.seconds.count + 1,
      sum: day.seconds.sum + seconds,
      max: Math.max(day.seconds.max, seconds),
    },
    sight: sight ?? day.sight,
    ...(sight !== undefined && { complete: withComplete(day.complete, endMs) }),
    lastEndMs: endMs,
  };
}

function withComplete(before: CompletePasses | undefined, endMs: number): CompletePasses {
  if (before === undefined) return { firstMs: endMs, lastMs: endMs, gaps: [] };
  const isGap = endMs - before.lastMs > GAP_MS;
  const gaps = isGap ? [...before.gaps, [before.lastMs, endMs] satisfies [number, number]] : before.gaps;
  const length = ([since, until]: [number, number]): number => until - since;
  const longest = [...gaps].sort((a, b) => length(b) - length(a)).slice(0, MAX_GAPS);
  return { ...before, lastMs: endMs, gaps: longest.sort(([a], [b]) => a - b) };
}

const told = ({ firstMs, lastMs, gaps }: CompletePasses): NonNullable<Data<'DaySummary'>['complete']> => ({
  first: new Date(firstMs).toISOString(),
  last: new Date(lastMs).toISOString(),
  gaps: gaps.map(([sinceMs, untilMs]) => ({
    since: new Date(sinceMs).toISOString(),
    until: new Date(untilMs).toISOString(),
  })),
});

/** The first moment after that day, Unix ms. */
export const endOfDay = (date: string): number => Date.parse(`${date}T00:00:00.000Z`) + 86_400_000;

export const startOfNextDay = (nowMs: number): number => endOfDay(dateOf(nowMs));

/** `DaySummary`, where that day had a pass. */
export function daySummary(day: DayCounters): Entry[] {
  const { date, passes, errors, longestGapSeconds, exposureSeconds, requests, seconds, sight } = day;
  if (seconds.count === 0) return [];
  const data: Data<'DaySummary'> = {
    ...{ date, passes, errors, longestGapSeconds, exposureSeconds, requests },
    passSeconds: { mean: seconds.sum / seconds.count, max: seconds.max },
    members: sight?.members ?? null,
    findings:
      sight === null ? null : Object.fromEntries(FINDING_STATUSES.map((each) => [each, sight.findings[each] ?? 0])),
    codes: sight?.codes ?? null,
    compliance: sight?.compliance ?? null,
    complete: day.complete === undefined ? null : told(day.complete),
    population: sight?.population ?? null,
  };
  return [{ kind: 'DaySummary', data }];
}

/** What was kept, or undefined where it is not that: then the day is counted from now on. */
export function readDay(kept: unknown): DayCounters | undefined {
  return isMapping(kept) && kept['v'] === 1 && isDay(kept) ? (kept as unknown as DayCounters) : undefined;
}

function isDay({
  date,
  passes,
  errors,
  seconds,
  sight,
  complete,
  lastEndMs,
  ...numbers
}: Record<string, unknown>): boolean {
  const isDate = typeof date === 'string' && /^\d{4}-\d\d-\d\d$/.test(date);
  const arePasses = isMapping(passes) && Object.values(passes).every((each) => areNumbers(each, []));
  const isSight = sight === null || isMapping(sight);
  const isEnd = lastEndMs === null || Number.isFinite(lastEndMs);
  return (
    [isDate, arePasses, isSight, isEnd, complete === undefined || areComplete(complete)].every(Boolean) &&
    areNumbers(errors, []) &&
    areNumbers(seconds, ['count', 'sum', 'max']) &&
    areNumbers(numbers, ['longestGapSeconds', 'exposureSeconds', 'requests', 'countedMs'])
  );
}

const areComplete = (value: unknown): boolean =>
  isMapping(value) &&
  [value['firstMs'], value['lastMs']].every(Number.isFinite) &&
  Array.isArray(value['gaps']) &&
  value['gaps'].every((gap) => Array.isArray(gap) && gap.length === 2 && gap.every(Number.isFinite));

/** A mapping of numbers, with those names in it. */
const areNumbers = (value: unknown, names: readonly string[]): boolean =>
  isMapping(value) && Object.values(value).every(Number.isFinite) && names.every((name) => name in value);
