/** Days, ISO weeks and months in UTC. */

/** RFC 3339 in UTC with milliseconds: from `since` on, and before `until`. */
export interface Period {
  /** As people write it: 2026-11-28, 2026-W48, 2026-11. */
  name: string;
  since: string;
  until: string;
}

export const DAY_MS = 86_400_000;

const iso = (ms: number): string => new Date(ms).toISOString();
const midnight = (date: string): number => Date.parse(`${date}T00:00:00.000Z`);
export const dateOf = (time: string): string => time.slice(0, 10);

/** Undefined where it is no date of the calendar, such as 2026-02-30. */
export function dayPeriod(date: string): Period | undefined {
  const ms = /^\d{4}-\d\d-\d\d$/.test(date) ? midnight(date) : Number.NaN;
  if (Number.isNaN(ms) || dateOf(iso(ms)) !== date) return undefined;
  return { name: date, since: iso(ms), until: iso(ms + DAY_MS) };
}

/** The week that begins on a Monday, and belongs to the year of its Thursday (ISO 8601). */
export function weekPeriod(week: string): Period | undefined {
  const [, year, number] = /^(\d{4})-W(\d\d)$/.exec(week) ?? [];
  if (year === undefined || number === undefined) return undefined;
  // 4 January is always in week 1.
  const fourth = midnight(`${year}-01-04`);
  const sinceMs = fourth - weekday(fourth) * DAY_MS + (Number(number) - 1) * 7 * DAY_MS;
  return weekOf(sinceMs) === week ? { name: week, since: iso(sinceMs), until: iso(sinceMs + 7 * DAY_MS) } : undefined;
}

/** 0 is Monday. */
const weekday = (ms: number): number => (new Date(ms).getUTCDay() + 6) % 7;

/** The week that a time is in. */
function weekOf(ms: number): string {
  const thursday = ms + (3 - weekday(ms)) * DAY_MS;
  const year = iso(thursday).slice(0, 4);
  const number = Math.floor((thursday - midnight(`${year}-01-01`)) / DAY_MS / 7) + 1;
  return `${year}-W${String(number).padStart(2, '0')}`;
}

export function monthPeriod(month: string): Period | undefined {
  const [, year, number] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month) ?? [];
  if (year === undefined || number === undefined) return undefined;
  const until = new Date(Date.UTC(Number(year), Number(number), 1)).toISOString();
  return { name: month, since: iso(midnight(`${month}-01`)), until };
}

/** The last one that is over at that time, Unix ms. */
export const lastDay = (nowMs: number): string => dateOf(iso(nowMs - DAY_MS));
export const lastWeek = (nowMs: number): string => weekOf(nowMs - 7 * DAY_MS);
export const lastMonth = (nowMs: number): string => iso(midnight(`${iso(nowMs).slice(0, 7)}-01`) - DAY_MS).slice(0, 7);

/** The dates of a period. */
export function datesOf({ since, until }: Pick<Period, 'since' | 'until'>): string[] {
  const dates: string[] = [];
  for (let ms = Date.parse(since); ms < Date.parse(until); ms += DAY_MS) dates.push(dateOf(iso(ms)));
  return dates;
}
