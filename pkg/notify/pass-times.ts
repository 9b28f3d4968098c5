/** How long full passes took over seven days, hour by hour, to tell when one takes longer than usual. Pure. */

const HOUR_MS = 3_600_000;
const DAYS_MS = 7 * 24 * HOUR_MS;
/** Fewer say nothing about what is usual. */
const LEAST_PASSES = 10;
const SLOWER = 1.2;

/** Hour (its start, Unix ms), passes, and seconds of all of them. */
export type PassTimes = [number, number, number][];

/** The mean of the last seven days, in seconds; undefined where there were fewer than ten passes. */
export function meanSeconds(times: PassTimes, nowMs: number): number | undefined {
  const recent = times.filter(([hourMs]) => nowMs - hourMs < DAYS_MS);
  const passes = recent.reduce((sum, [, count]) => sum + count, 0);
  return passes < LEAST_PASSES ? undefined : recent.reduce((sum, [, , seconds]) => sum + seconds, 0) / passes;
}

/** True where a pass took a fifth more than the mean. Undefined where no mean is known. */
export function isSlower(times: PassTimes, seconds: number, nowMs: number): boolean | undefined {
  const mean = meanSeconds(times, nowMs);
  return mean === undefined ? undefined : seconds > mean * SLOWER;
}

/** With one more pass. */
export function withPass(times: PassTimes, seconds: number, nowMs: number): PassTimes {
  const hourMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const recent = times.filter(([at]) => nowMs - at < DAYS_MS && at <= nowMs && at !== hourMs);
  const [, passes, sum] = times.find(([at]) => at === hourMs) ?? [hourMs, 0, 0];
  return [...recent, [hourMs, passes + 1, sum + seconds]];
}
