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
 * True where that date is before the newest one. The answer to a write may tell milliseconds, and a read of what it wrote whole seconds:
 * such a date may be of any moment of its second.
 */
export function isBefore(updatedMs: number, newestMs: number): boolean {
  const latestMs = updatedMs % 1_000 === 0 ? updatedMs + 999 : updatedMs;
  return latestMs < newestMs;
}

type Dated = { id: number; updatedAt?: string };

/** By id, of rulesets that Plus1 made. */
export type NewestDates = Map<number, NewestRuleset>;

export function isOlder(dates: NewestDates, { id, updatedAt }: Dated, nowMs: number): boolean {
  const [newest, updatedMs] = [dates.get(id), dateOf(updatedAt)];
  return (
    newest !== undefined && updatedMs !== undefined && isHeld(newest, nowMs) && isBefore(updatedMs, newest.updatedMs)
  );
}

/** Takes in what an answer showed. */
export function sawDate(dates: NewestDates, seen: Dated, nowMs: number): void {
  const { id } = seen;
  const updatedMs = dateOf(seen.updatedAt);
  if (updatedMs === undefined || isOlder(dates, seen, nowMs)) return;
  dates.set(id, { id, updatedMs, seenMs: nowMs });
}
