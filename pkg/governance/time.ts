/** Times of the status as text and back. Lossless to the millisecond: a clock that is rounded down runs out early. */

/** RFC 3339 in UTC, without a fraction where there is none. */
export function rfc3339(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** Unix ms, or NaN where the text is no time. */
export function unixMs(text: string): number {
  return Date.parse(text);
}
