/**
 * Whether the time of a pass can be trusted: by all that GitHub answered so far, it was never far from GitHub's own clock.
 * A grace period measured with a time that is a day ahead would be over a day early.
 */
import type { PassTime } from '../github/index.js';

/** Further apart, one of the two clocks is wrong. */
const MAX_DEVIATION_MS = 300_000;

/** False also where no answer told GitHub's time: what was not checked is not trusted. */
export function isTrusted({ deviationMs }: PassTime): boolean {
  return deviationMs !== undefined && deviationMs <= MAX_DEVIATION_MS;
}
