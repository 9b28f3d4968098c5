/** The times of a period of which the journal says nothing for certain. They are never counted as good. */
import { DAY_MS, type Period } from './period.js';
import type { DaySummary, Span } from './summaries.js';

/**
 * `NoCompletePass`: passes were there, and none saw everything. `NoPass`: nobody looked. `OtherWriter`: another replica led, whose journal is not
 * here. `BeforeJournal`: no record is that old. `NotSummed`: its writer did not come to a
 * later day yet, on which it would have told how the passes of that day ended.
 */
export type GapReason = 'NoCompletePass' | 'NoPass' | 'OtherWriter' | 'BeforeJournal' | 'NotSummed';

export interface Gap extends Span {
  reason: GapReason;
  /** Of the writer that led. */
  chain?: string;
}

export interface GapSight {
  period: Period;
  days: ReadonlyMap<string, DaySummary>;
  /** Times in which a writer led whose chain is not here. */
  others: readonly (Span & { chain: string })[];
  /** When the first record was written that there is. */
  begins: string;
  /** Days that have a record. */
  dates: ReadonlySet<string>;
  /** When the last record was written that there is, of any time. */
  ends: string;
  /** How long the time between two complete passes is at most, in ms; undefined where nobody looks by the clock, as with `sync`. */
  rhythmMs: number | undefined;
}

/** In order; two never overlap. */
export function gapsOf(sight: GapSight): Gap[] {
  const { period, days, others, begins } = sight;
  const covered = [...days.values()].flatMap((day) => day.covered);
  const open = complement(covered, period).filter((span) => isLong(span, sight));
  const parts = open.flatMap((span) => split(span, others, begins));
  // What is left beside a part that is told counts by its own length.
  const gaps = parts.filter((part) => 'reason' in part || isLongAlone(part, sight));
  return gaps.map((gap) => ('reason' in gap ? gap : { ...gap, reason: reasonOf(gap, sight) }));
}

/** The journal records no shorter ones. */
const RECORDED_MS = 3_600_000;

function isLong(span: Span, sight: GapSight): boolean {
  const { since, until } = span;
  const isOthers = sight.others.some((other) => other.since < until && other.until > since);
  return isOthers || since < sight.begins || isLongAlone(span, sight);
}

/** A whole day without a complete pass always is one. */
function isLongAlone({ since, until }: Span, { rhythmMs }: GapSight): boolean {
  const [fromMs, untilMs] = [Date.parse(since), Date.parse(until)];
  const firstMidnight = Math.ceil(fromMs / DAY_MS) * DAY_MS;
  if (firstMidnight + DAY_MS <= untilMs) return true;
  return rhythmMs !== undefined && untilMs - fromMs > Math.max(2 * rhythmMs, RECORDED_MS);
}

/** What of the period none of the spans holds. */
function complement(spans: readonly Span[], { since, until }: Period): Span[] {
  const open: Span[] = [];
  let at = since;
  for (const span of [...spans].sort((a, b) => (a.since < b.since ? -1 : 1))) {
    if (span.since > at && at < until) open.push({ since: at, until: span.since < until ? span.since : until });
    if (span.until > at) at = span.until;
  }
  if (at < until) open.push({ since: at, until });
  return open;
}

/** The part before the journal, those in which others led, and the rest. */
function split(span: Span, others: readonly (Span & { chain: string })[], begins: string): (Span | Gap)[] {
  const parts: (Span | Gap)[] = [];
  let at = span.since;
  const push = (until: string, gap?: Pick<Gap, 'reason' | 'chain'>): void => {
    const end = until < span.until ? until : span.until;
    if (end > at) parts.push({ since: at, until: end, ...gap });
    if (end > at) at = end;
  };
  if (begins > at) push(begins, { reason: 'BeforeJournal' });
  for (const other of others) {
    if (other.until <= at || other.since >= span.until) continue;
    push(other.since);
    push(other.until, { reason: 'OtherWriter', chain: other.chain });
  }
  push(span.until);
  return parts;
}

function reasonOf({ since, until }: Span, { days, dates, ends }: GapSight): GapReason {
  const isIn = (date: string): boolean => `${date}T23:59:59.999Z` >= since && `${date}T00:00:00.000Z` < until;
  if ([...dates].some((date) => isIn(date) && !days.has(date))) return 'NotSummed';
  const touched = [...days].filter(([date]) => isIn(date));
  if (touched.some(([, day]) => day.covered.length === 0 || hasIncomplete(day))) return 'NoCompletePass';
  return touched.length === 0 && ends < until ? 'NotSummed' : 'NoPass';
}

const hasIncomplete = ({ passes }: DaySummary): boolean =>
  Object.values(passes).some((results) => (results['Incomplete'] ?? 0) + (results['Failed'] ?? 0) > 0);
