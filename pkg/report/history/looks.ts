/** When everything was last looked at before a time: what was found then may have begun any time after that. */
import { DAY_MS } from './period.js';
import type { DaySummary } from './summaries.js';

export interface EarlierLook {
  /** End of the last complete pass before; null where passes followed each other within an hour, or no record tells. RFC 3339. */
  looked_before: string | null;
  /** At most so long nobody had looked; null where no record tells. */
  unseen_seconds: number | null;
}

/** The journal records no shorter times between complete passes. */
const RECORDED_SECONDS = 3_600;

export function earlierLook(time: string, days: ReadonlyMap<string, DaySummary>): EarlierLook {
  const earlier = [...days.values()].flatMap(({ covered }) => covered).filter(({ since }) => since < time);
  const around = earlier.find(({ until }) => until >= time);
  if (around !== undefined) {
    // An earlier version recorded no more than the day.
    const isDay = Date.parse(around.until) - Date.parse(around.since) >= DAY_MS;
    return { looked_before: null, unseen_seconds: isDay ? null : RECORDED_SECONDS };
  }
  const before = earlier
    .map(({ until }) => until)
    .sort()
    .at(-1);
  if (before === undefined) return { looked_before: null, unseen_seconds: null };
  return { looked_before: before, unseen_seconds: (Date.parse(time) - Date.parse(before)) / 1_000 };
}
