/** Tries a call again for as long as that may help and someone waits for it. */
import { sleep, type Timers } from '../base/index.js';
import { APIError, hasStatus, isPassing } from './api-error.js';

export interface PersistOptions {
  clock: Timers;
  /** 0 to 1. */
  random: () => number;
}

/** An API server restarts within some seconds; the deadline for publishing a status is 10 s as well. */
const PATIENCE_MS = 10_000;
/**
 * A server that has just started refuses what it has not loaded the rights for yet. Three more tries spread over 5 s, and a
 * refusal is believed.
 */
const DISBELIEF_MS = [1_000, 2_000, 2_000] as const;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 2_000;

/** The call's result, or its last error. Writes must be safe to send twice. */
export async function persist<T>(
  call: () => Promise<T>,
  { clock, random }: PersistOptions,
  signal: AbortSignal,
): Promise<T> {
  const endMs = clock.monotonic() + PATIENCE_MS;
  let waitMs = FIRST_WAIT_MS;
  let refusals = 0;
  for (;;) {
    try {
      return await call();
    } catch (thrown) {
      const isRefusal = hasStatus(thrown, 403);
      const ms = isRefusal ? DISBELIEF_MS[refusals] : passingWait(thrown, waitMs * (1 + random()));
      if (isRefusal) refusals += 1;
      else waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
      if (ms === undefined || clock.monotonic() + ms > endMs) throw thrown;
      await sleep(clock, ms, signal);
    }
  }
}

function passingWait(thrown: unknown, ms: number): number | undefined {
  if (!isPassing(thrown)) return undefined;
  return Math.max(ms, thrown instanceof APIError ? thrown.retryAfterMs : 0);
}
