/** How long a hold has lasted, and when the approvals that it waits for expire. */
import { rfc3339, unixMs } from '../time.js';

/** A hold as an earlier pass left it. */
interface RunningHold {
  since: string;
}

export interface HoldTimes {
  /** Since when it counts, Unix ms: since it began, or since it last expired. */
  sinceMs: number;
  /** It has expired since an earlier pass, once or several times. */
  hasExpired: boolean;
}

/**
 * The times of a hold that goes on; undefined where none runs. `since` moves by whole waits and not to the time of this pass: an
 * approval that was given after the expiry and before the pass is one for the hold that goes on. A start in the future (the clock
 * was ahead), or one that cannot be read, counts from now.
 */
export function holdTimes(
  hold: RunningHold | undefined,
  { timeoutMs, now }: { timeoutMs: number; now: number },
): HoldTimes | undefined {
  if (hold === undefined) return undefined;
  const sinceMs = unixMs(hold.since);
  if (!(sinceMs <= now)) return { sinceMs: now, hasExpired: false };
  const waits = Math.floor((now - sinceMs) / timeoutMs);
  return { sinceMs: sinceMs + waits * timeoutMs, hasExpired: waits > 0 };
}

/** The same as the status holds it. A hold that begins does so at `beginMs`. */
export function holdFields(
  times: HoldTimes | undefined,
  { timeoutMs, beginMs }: { timeoutMs: number; beginMs: number },
): { since: string; expiryTime: string } {
  const sinceMs = times?.sinceMs ?? beginMs;
  return { since: rfc3339(sinceMs), expiryTime: rfc3339(sinceMs + timeoutMs) };
}
