/**
 * Whether the time of a pass can be trusted: by all that GitHub answered so far, it was never far from GitHub's own clock.
 * A grace period measured with a time that is a day ahead would be over a day early.
 */
import type { PassTime } from '../../github/index.js';
import type { TwoReadings } from '../../governance/index.js';
import { MAX_DEVIATION_MS } from '../max-deviation.js';

/** So long after it was read, what speaks against a member is too old to let it leave. */
const MAX_EVIDENCE_AGE_MS = 600_000;

/**
 * Why nobody may leave by a write that is sent now, as the end of a sentence; undefined where that may be. What was true
 * when it was read is asked again just before the write: the read before it must have told the time, the time must still be
 * trusted, and the evidence must not have waited for a limit until it was old. `evidenceMs`: the oldest of it was read then.
 */
export function leavingDoubt(time: PassTime, evidenceMs: number): string | undefined {
  if (!isTrusted(time)) return "stays while the local clock and GitHub's differ by more than 5 minutes";
  if (!time.isTold) return 'stays, since GitHub did not give the time just before the write';
  if (time.now() - evidenceMs > MAX_EVIDENCE_AGE_MS)
    return 'stays, since more than 10 minutes passed between what speaks against it and the write; the next pass reads it again';
  return undefined;
}

/** False also where no answer told GitHub's time: what was not checked is not trusted. */
export function isTrusted({ deviationMs }: PassTime): boolean {
  return deviationMs !== undefined && deviationMs <= MAX_DEVIATION_MS;
}

/**
 * Of the two readings of a moment of the pass, the later one: from it a clock or a window runs. A trusted time may be up to five
 * minutes wrong, and a grace period that starts by a clock that is behind, and ends by one that is ahead, would be shorter by twice as
 * much.
 */
export function laterReading(ms: number, { behindMs = 0 }: PassTime): number {
  return ms + behindMs;
}

/** Both readings of the present moment. Where no answer told GitHub's time, the later one may be any: what it ends is over. */
export function twoReadings(time: PassTime): TwoReadings {
  const nowMs = time.now();
  const laterMs = time.deviationMs === undefined ? Number.POSITIVE_INFINITY : laterReading(nowMs, time);
  return { earlierMs: earlierReading(nowMs, time), laterMs };
}

/** The earlier one: by it a grace period or a window is over. */
export function earlierReading(ms: number, { aheadMs = 0 }: PassTime): number {
  return ms - aheadMs;
}
