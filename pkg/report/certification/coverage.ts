/** How much of production was governed: day by day, and every time at which it was not all of it. */
import { exposureFigures, overlapMs, type Exposure, type ExposureFigures } from '../history/exposures.js';
import type { Gap } from '../history/gaps.js';
import type { History } from '../history/history.js';
import { DAY_MS, datesOf } from '../history/period.js';
import { complianceStatus, exemptedOn, exposureOn } from '../period/figures.js';

export interface CoverageDay {
  date: string;
  /** As of the last complete pass; null where the day had none. */
  production: number | null;
  governed: number | null;
  /** Null where the day had no complete pass. */
  exempted: number | null;
  /** Of what is known; null where the day had no complete pass and no exposure was running. */
  exposure_seconds: number | null;
  /** The most that were ungoverned at one time of the day, however short; null as above. */
  most_ungoverned: number | null;
  /** Repositories in the ruleset, also those that are not in production. */
  members: number | null;
  /** How long of the day nothing is known. */
  unknown_seconds: number;
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
  /** Of the whole month: what lies in gaps. */
  unknown_seconds: number;
  /** Times at which a repository in production was not governed, one after the other. */
  below_full: BelowFull[];
}

const MAX_NAMES = 100;

export function governanceCoverage(history: History): GovernanceCoverage {
  const { period, exposures, gaps } = history;
  const [sinceMs, untilMs] = [Date.parse(period.since), Date.parse(period.until)];
  const below = belowFull(exposures, period.since, period.until);
  return {
    days: datesOf(period).map((date) => dayOf(date, history, below)),
    exposure: exposureFigures(exposures, sinceMs, untilMs),
    unknown_seconds: secondsIn(gaps, sinceMs, untilMs),
    below_full: below,
  };
}

function dayOf(date: string, history: History, below: readonly BelowFull[]): CoverageDay {
  const day = history.days.get(date);
  const of = complianceStatus(day);
  const startMs = Date.parse(date);
  const unknown_seconds = secondsIn(history.gaps, startMs, startMs + DAY_MS);
  const exposed = exposureOn(date, history).total_seconds;
  const times = below.filter((each) => overlapMs(each, startMs, startMs + DAY_MS) > 0);
  const most = Math.max(of?.ungoverned_repositories ?? 0, ...times.map(({ ungoverned }) => ungoverned));
  if (of === null) {
    // What was exposed when the gap began counts until somebody saw that it ended.
    const running = exposed > 0 ? { exposure_seconds: exposed, most_ungoverned: most } : NOTHING_TOLD;
    return { date, production: null, governed: null, exempted: null, ...running, members: null, unknown_seconds };
  }
  return {
    ...{ date, production: of.production_repositories, governed: of.governed_repositories },
    ...{ exempted: exemptedOn(date, history), exposure_seconds: exposed, most_ungoverned: most },
    ...{ members: day?.members ?? null, unknown_seconds },
  };
}

const NOTHING_TOLD = { exposure_seconds: null, most_ungoverned: null };

/** Gaps never overlap. */
const secondsIn = (gaps: readonly Gap[], fromMs: number, untilMs: number): number =>
  gaps.reduce((sum, gap) => sum + overlapMs(gap, fromMs, untilMs), 0) / 1_000;

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
