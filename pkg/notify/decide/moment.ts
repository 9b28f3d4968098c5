/** The time of the day at which digests are sent. Pure. */

const DAY_MS = 86_400_000;

/** The last time that it was `HH:MM` in UTC, Unix ms: `nowMs` itself, or before it. */
export function lastMoment(time: string, nowMs: number): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const atMs = Math.floor(nowMs / DAY_MS) * DAY_MS + (hours * 60 + minutes) * 60_000;
  return atMs <= nowMs ? atMs : atMs - DAY_MS;
}

/** The next time that it will be, after `nowMs`. */
export const nextMoment = (time: string, nowMs: number): number => lastMoment(time, nowMs) + DAY_MS;
