/**
 * Durations as Go and Kubernetes write them (`10m`, `1h30m`, `500ms`), because that is what every other field of a
 * cluster's YAML looks like. Days are not a unit: a day is not always 24 h.
 */

/** The pattern of `metav1.Duration` fields in Flux's and our CRD. */
export const DURATION_PATTERN = /^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$/;

const MS_PER_UNIT: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a Go duration, or undefined where the text is none. */
export function parseDuration(text: string): number | undefined {
  const ms = preciseMs(text);
  return ms === undefined ? undefined : Math.round(ms);
}

/** The same with fractions of a millisecond: a bound compares these, since `0.9999s` is less than `1s`. */
export function preciseMs(text: string): number | undefined {
  if (!DURATION_PATTERN.test(text)) return undefined;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)/g)) {
    ms += Number(amount) * (MS_PER_UNIT[unit ?? ''] ?? Number.NaN);
  }
  return ms;
}

/** Milliseconds of a duration that the schema has already accepted; throws a TypeError on any other text. */
export function durationMs(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new TypeError(`not a duration: ${text}`);
  return ms;
}

/** A duration for people: at most two units, the largest first (`1h30m`, `45s`, `0s`). */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const parts: [number, string][] = [
    [Math.floor(seconds / 3_600), 'h'],
    [Math.floor((seconds % 3_600) / 60), 'm'],
    [seconds % 60, 's'],
  ];
  const shown = parts.filter(([amount]) => amount > 0).slice(0, 2);
  return shown.length === 0 ? '0s' : shown.map(([amount, unit]) => `${amount}${unit}`).join('');
}
