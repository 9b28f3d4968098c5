/** The newest dates that answers showed of rulesets: GitHub answers from copies, and one that is dated before them is of a copy that lags. */
import type { NewestRuleset } from './verdict-cache-shape.js';

/** So long a date that an earlier pass saw holds: a server that was restored from a copy must not stop a policy for ever. */
const DATE_HOLDS_MS = 3_600_000;

/** How often one that is in doubt is asked for again, after the usual waits. */
export const MAX_REPEATS = 3;

/** Unix ms; undefined where the server tells none. */
export function dateOf(text: string | undefined): number | undefined {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}

/** By a clock that was set back the moment lies in the future, and tells no age. */
export const isHeld = ({ seenMs }: NewestRuleset, nowMs: number): boolean => Math.abs(nowMs - seenMs) < DATE_HOLDS_MS;

/**
 * True where that date is before the newest one. The answer to a write may give milliseconds, and a read of what it wrote whole seconds:
 * a date without a fraction may be of any moment of its second. One with a fraction, be it `.000`, is what it says.
 */
export function isBefore(updatedAt: string | undefined, newestMs: number): boolean {
  const updatedMs = dateOf(updatedAt);
  if (updatedMs === undefined) return false;
  const hasFraction = /\d\.\d/.test(updatedAt ?? '');
  return (hasFraction ? updatedMs : updatedMs + 999) < newestMs;
}

type Dated = { id: number; updatedAt?: string };

/** By id, of rulesets that Plus1 made. */
export type NewestDates = Map<number, NewestRuleset>;

export function isOlder(dates: NewestDates, { id, updatedAt }: Dated, nowMs: number): boolean {
  const newest = dates.get(id);
  return newest !== undefined && isHeld(newest, nowMs) && isBefore(updatedAt, newest.updatedMs);
}

/** Takes in what an answer showed. */
export function sawDate(dates: NewestDates, seen: Dated, nowMs: number): void {
  const { id } = seen;
  const updatedMs = dateOf(seen.updatedAt);
  if (updatedMs === undefined || isOlder(dates, seen, nowMs)) return;
  dates.set(id, { id, updatedMs, seenMs: nowMs });
}
