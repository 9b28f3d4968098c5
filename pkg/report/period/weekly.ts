/** The report of one week: how it went, day by day, and against the week before. */
import { FINDING_STATUSES } from '../../api/index.js';
import { isProved } from '../history/changes.js';
import type { History } from '../history/history.js';
import { DAY_MS, datesOf } from '../history/period.js';
import { added, countOf, type DaySummary } from '../history/summaries.js';
import { complianceStatus, exposureOn } from './figures.js';
import { populationOf, type Population } from './population.js';

export type Value = number | Record<string, number>;

/** `previous_week`: of a level its last value, of what is counted its sum over the week before. */
export interface Trend {
  series: { date: string; value: Value | null }[];
  summary: { first: Value | null; last: Value | null; change: Value | null; previous_week: Value | null };
}

export interface WeeklyReport {
  period: { week: string; since: string; until: string };
  organization: string;
  ruleset_name: string;
  /** Repositories in production. */
  repository_growth: Trend;
  /** Each day: `entered` and `left` by Plus1, `drift` by others, `exposure_seconds`. */
  compliance_drift: Trend;
  /** Repositories by status. */
  schema_compliance: Trend;
  /** Findings by code, and errors of passes by theirs. */
  error_patterns: Trend;
  performance: {
    pass_seconds: { mean: number | null; max: number | null; previous_week: number | null };
    requests: { total: number; per_pass: number | null; previous_week: number };
    /** Of the mean time of a pass; null where one of both weeks has none. */
    slower_percent: number | null;
  };
  /** Passes that ended as they should. The specification asks for 99.5 %. */
  success_rate: { succeeded: number; total: number; percentage: number | null; objective: number };
  capacity: {
    /** Of 5,000 requests an hour, over the week. */
    budget_share: number;
    /** Bytes of the records of the week. */
    state_bytes: number;
    /** With a fifth more repositories: the share, and the bytes that a year adds. */
    in_a_year: { budget_share: number; state_bytes: number };
  };
  exempted: number;
  population: Population;
}

/** GitHub's for a user's token: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
const REQUESTS_AN_HOUR = 5_000;
const GROWTH = 1.2;
const OBJECTIVE = 99.5;

/** `history`: of the week. `before`: of the week before; undefined where that has no record. */
export function weeklyReport(history: History, before: History | undefined): WeeklyReport {
  const { period, policy, exemptedByDay } = history;
  const trend = (valueOf: ValueOf, kind: 'level' | 'count'): Trend => trendOf(valueOf, kind, { history, before });
  return {
    period: { week: period.name, since: period.since, until: period.until },
    organization: policy.organization,
    ruleset_name: policy.ruleset,
    repository_growth: trend(({ day }) => complianceStatus(day)?.production_repositories ?? null, 'level'),
    compliance_drift: trend(driftOn, 'count'),
    schema_compliance: trend(({ day }) => statuses(day), 'level'),
    error_patterns: trend(({ day }) => codes(day), 'level'),
    ...operation(history, before),
    exempted: [...exemptedByDay.values()].at(-1) ?? 0,
    population: populationOf(history),
  };
}

interface DaySight {
  history: History;
  date: string;
  day: DaySummary | undefined;
}
type ValueOf = (sight: DaySight) => Value | null;

function driftOn({ history, date, day }: DaySight): Value | null {
  const changes = history.changes.filter(({ time }) => time.startsWith(date));
  // Of a day of which nothing is known, zeros would say that nothing happened.
  if (day === undefined && changes.length === 0) return null;
  const count = (action: 'enter' | 'leave'): number =>
    changes.filter((change) => isProved(change) && change.action === action).length;
  return {
    ...{ entered: count('enter'), left: count('leave') },
    drift: changes.filter(({ outcome }) => outcome === 'seen').length,
    exposure_seconds: exposureOn(date, history).total_seconds,
  };
}

function statuses(day: DaySummary | undefined): Value | null {
  const { findings } = day ?? {};
  if (findings === null || findings === undefined) return null;
  return Object.fromEntries(FINDING_STATUSES.map((status) => [status, findings[status] ?? 0]));
}

/** Codes of findings stand for repositories, those of errors for passes. */
function codes(day: DaySummary | undefined): Value | null {
  return day === undefined ? null : sorted(added(day.codes ?? {}, day.errors));
}

const sorted = (counts: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));

interface Weeks {
  history: History;
  before: History | undefined;
}

function trendOf(valueOf: ValueOf, kind: 'level' | 'count', { history, before }: Weeks): Trend {
  const series = seriesOf(history, valueOf);
  const known = knownIn(series);
  const earlier = before === undefined ? [] : knownIn(seriesOf(before, valueOf));
  const [first = null] = known;
  const last = known.at(-1) ?? null;
  const sum = earlier.length === 0 ? null : earlier.reduce((a, b) => combined(a, b, (x, y) => x + y));
  return {
    series,
    summary: {
      ...{ first, last, change: first === null || last === null ? null : combined(last, first, (x, y) => x - y) },
      previous_week: kind === 'count' ? sum : (earlier.at(-1) ?? null),
    },
  };
}

const knownIn = (series: Trend['series']): Value[] => series.flatMap(({ value }) => (value === null ? [] : [value]));

const seriesOf = (history: History, valueOf: ValueOf): Trend['series'] =>
  datesOf(history.period).map((date) => ({ date, value: valueOf({ history, date, day: history.days.get(date) }) }));

function combined(a: Value, b: Value, by: (x: number, y: number) => number): Value {
  if (typeof a === 'number' || typeof b === 'number')
    return typeof a === 'number' && typeof b === 'number' ? by(a, b) : a;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...names].map((name) => [name, by(a[name] ?? 0, b[name] ?? 0)]));
}

function operation(
  history: History,
  before: History | undefined,
): Pick<WeeklyReport, 'performance' | 'success_rate' | 'capacity'> {
  const week = totals(history);
  const last = before && totals(before);
  const slower = week.mean !== null && last?.mean ? rounded((week.mean / last.mean - 1) * 100, 1) : null;
  const share = week.requests / ((REQUESTS_AN_HOUR * 7 * DAY_MS) / 3_600_000);
  return {
    performance: {
      pass_seconds: { mean: week.mean, max: week.max, previous_week: last?.mean ?? null },
      requests: {
        total: week.requests,
        per_pass: week.passes === 0 ? null : rounded(week.requests / week.passes, 1),
        previous_week: last?.requests ?? 0,
      },
      slower_percent: slower,
    },
    success_rate: {
      ...{ succeeded: week.succeeded, total: week.passes },
      percentage: successShare(week),
      objective: OBJECTIVE,
    },
    capacity: {
      ...{ budget_share: rounded(share, 4), state_bytes: history.bytes },
      in_a_year: {
        budget_share: rounded(share * GROWTH, 4),
        state_bytes: Math.round(history.bytes * (365 / 7) * GROWTH),
      },
    },
  };
}

/** Never 100 while a pass failed. */
function successShare({ passes, succeeded }: Totals): number | null {
  if (passes === 0) return null;
  return succeeded === passes ? 100 : Math.min(99.99, rounded((succeeded / passes) * 100, 2));
}

interface Totals {
  passes: number;
  succeeded: number;
  requests: number;
  mean: number | null;
  max: number | null;
}

/** A pass whose plan a guard held, or that only observes, ended as it should. */
const AS_IT_SHOULD = ['Succeeded', 'Held', 'Observed'];

function totals({ period, days }: History): Totals {
  const own = datesOf(period).flatMap((date) => days.get(date) ?? []);
  const counts = own.map((day) => ({ day, passes: countOf(day) }));
  const passes = counts.reduce((sum, each) => sum + each.passes, 0);
  const seconds = counts.reduce((sum, each) => sum + each.passes * each.day.passSeconds.mean, 0);
  const results = own.flatMap((day) => Object.values(day.passes)).flatMap((each) => Object.entries(each));
  return {
    passes,
    succeeded: results.reduce((sum, [result, count]) => sum + (AS_IT_SHOULD.includes(result) ? count : 0), 0),
    requests: own.reduce((sum, day) => sum + day.requests, 0),
    mean: passes === 0 ? null : rounded(seconds / passes, 3),
    max: own.length === 0 ? null : rounded(Math.max(...own.map((day) => day.passSeconds.max)), 3),
  };
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** For those who look at the values of a trend by name. */
export const isByName = (value: Value | null): value is Record<string, number> =>
  typeof value === 'object' && value !== null;
