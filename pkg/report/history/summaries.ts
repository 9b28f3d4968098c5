/** The summaries of days, put together where several writers led on one day. */
import { isRecordOf, type Data, type PolicyPeriod, type WholeRecord } from '../../journal/index.js';
import { DAY_MS } from './period.js';

type Summary = Data<'DaySummary'>;

export interface DaySummary extends Summary {
  /** When complete passes are known to have followed each other without a long gap. RFC 3339. */
  covered: Span[];
  /** When the last complete pass ended; null where none was, or where an earlier version did not record it. */
  lastComplete: string | null;
}

export interface Span {
  since: string;
  until: string;
}

/** By date, of all days from the first one read to the last before `until` (a date). `used`: is told of each record. */
export async function daySummaries(
  period: PolicyPeriod,
  until: string,
  used: (record: WholeRecord) => void,
): Promise<Map<string, DaySummary>> {
  const days = new Map<string, DaySummary>();
  // The summary of a day is written on a later one, in the order of days within a chain.
  const isLater = (data: Record<string, unknown>): boolean => typeof data['date'] === 'string' && data['date'] >= until;
  for await (const record of period.ofKind('DaySummary', ({ data }) => isLater(data))) {
    if (!isRecordOf('DaySummary', record)) continue;
    used(record);
    const { data } = record;
    const own = { ...data, covered: coveredBy(data), lastComplete: data.complete?.last ?? null };
    const before = days.get(data.date);
    days.set(data.date, before === undefined ? own : joined(before, own));
  }
  return days;
}

/** An earlier version did not record when complete passes ended: then the day counts as one of them. */
function coveredBy({ complete, date, findings }: Summary): Span[] {
  if (complete === undefined && findings !== null) {
    const startMs = Date.parse(`${date}T00:00:00.000Z`);
    return [{ since: new Date(startMs).toISOString(), until: new Date(startMs + DAY_MS).toISOString() }];
  }
  if (complete === null || complete === undefined) return [];
  const starts = [complete.first, ...complete.gaps.map(({ until }) => until)];
  const ends = [...complete.gaps.map(({ since }) => since), complete.last];
  return starts.map((since, at) => ({ since, until: ends[at] ?? since }));
}

/** Counts are added; what is as of the last complete pass comes from the writer that ended it. */
function joined(a: DaySummary, b: DaySummary): DaySummary {
  const [earlier, later] = isLaterSight(a, b) ? [b, a] : [a, b];
  const passes: Summary['passes'] = {};
  for (const kind of new Set([...Object.keys(a.passes), ...Object.keys(b.passes)]))
    passes[kind] = added(a.passes[kind] ?? {}, b.passes[kind] ?? {});
  const [passesA, passesB] = [countOf(a), countOf(b)];
  const mean = (a.passSeconds.mean * passesA + b.passSeconds.mean * passesB) / Math.max(1, passesA + passesB);
  const sight = later.findings === null && later.compliance === null ? earlier : later;
  return {
    ...sight,
    ...{ passes, errors: added(a.errors, b.errors), requests: a.requests + b.requests },
    longestGapSeconds: Math.max(a.longestGapSeconds, b.longestGapSeconds),
    exposureSeconds: a.exposureSeconds + b.exposureSeconds,
    passSeconds: { mean, max: Math.max(a.passSeconds.max, b.passSeconds.max) },
    covered: [...a.covered, ...b.covered].sort((x, y) => (x.since < y.since ? -1 : 1)),
  };
}

const isLaterSight = (a: DaySummary, b: DaySummary): boolean => (a.lastComplete ?? '') > (b.lastComplete ?? '');

export const countOf = ({ passes }: Pick<Summary, 'passes'>): number =>
  Object.values(passes)
    .flatMap((results) => Object.values(results))
    .reduce((sum, count) => sum + count, 0);

/** Numbers by name, added. */
export function added(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> {
  const sum: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
