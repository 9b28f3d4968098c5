/** How much of production was governed: day by day, and every time at which it was not all of it. */
import { exposureFigures, type Exposure, type ExposureFigures } from '../history/exposures.js';
import type { History } from '../history/history.js';
import { datesOf } from '../history/period.js';
import { complianceStatus, exemptedOn, exposureOn } from '../period/figures.js';

export interface CoverageDay {
  date: string;
  /** As of the last complete pass; null where the day had none. */
  production: number | null;
  governed: number | null;
  exempted: number;
  exposure_seconds: number;
}

export interface BelowFull {
  since: string;
  /** Null where it went on. */
  until: string | null;
  ungoverned: number;
  /** Names, at most 100 of them. */
  repositories: string[];
}

export interface GovernanceCoverage {
  days: CoverageDay[];
  /** Of the whole month. */
  exposure: ExposureFigures;
  /** Times at which a repository in production was not governed, one after the other. */
  below_full: BelowFull[];
}

const MAX_NAMES = 100;

export function governanceCoverage(history: History): GovernanceCoverage {
  const { period, exposures } = history;
  return {
    days: datesOf(period).map((date) => dayOf(date, history)),
    exposure: exposureFigures(exposures, Date.parse(period.since), Date.parse(period.until)),
    below_full: belowFull(exposures, period.since, period.until),
  };
}

function dayOf(date: string, history: History): CoverageDay {
  const of = complianceStatus(history.days.get(date));
  return {
    ...{ date, production: of?.production_repositories ?? null, governed: of?.governed_repositories ?? null },
    ...{ exempted: exemptedOn(date, history), exposure_seconds: exposureOn(date, history).total_seconds },
  };
}

/** The times between beginnings and ends, each with those that were ungoverned in it. */
function belowFull(exposures: readonly Exposure[], since: string, until: string): BelowFull[] {
  const begins = (each: Exposure): string => (each.since < since ? since : each.since);
  const ends = (each: Exposure): string => (each.until === null || each.until > until ? until : each.until);
  const lasting = exposures.filter((each) => begins(each) < ends(each));
  const steps = lasting.flatMap((each) => [
    { time: begins(each), each, isEnd: false },
    { time: ends(each), each, isEnd: true },
  ]);
  steps.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : Number(b.isEnd) - Number(a.isEnd)));
  const open = new Set<Exposure>();
  const times: BelowFull[] = [];
  for (const [at, { time, each, isEnd }] of steps.entries()) {
    if (isEnd) open.delete(each);
    else open.add(each);
    const next = steps[at + 1]?.time;
    if (open.size === 0 || next === undefined || next === time) continue;
    const goesOn = next === until && [...open].some((one) => one.until === null || one.until > until);
    const names = [...open].slice(0, MAX_NAMES).map(({ name }) => name);
    times.push({ since: time, until: goesOn ? null : next, ungoverned: open.size, repositories: names.sort() });
  }
  return times;
}
