/** Waits for what another process will do, with a bound and a message that says what was last seen. */
import { setTimeout as sleep } from 'node:timers/promises';

const DEFAULT_TIMEOUT_MS = 30_000;
/** Most waits are short; what takes longer is not looked at ten times a second, which may be as many processes. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 400;
const GROWTH = 1.25;

export interface EventuallyOptions {
  /** For the message: "waited 30 s for …". */
  what: string;
  timeoutMs?: number;
  /** Default: 100 at first, and growing to 400. */
  everyMs?: number;
  signal?: AbortSignal | undefined;
}

/**
 * Calls `check` until it returns something other than undefined and false, and returns that. An error that it throws
 * means "not yet", and is the cause of the one thrown in the end.
 */
export async function eventually<T>(
  check: () => Promise<T | undefined | false> | T | undefined | false,
  options: EventuallyOptions,
): Promise<T> {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const until = performance.now() + timeoutMs;
  let last: unknown;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * GROWTH, LONGEST_PAUSE_MS)) {
    try {
      const value = await check();
      if (value !== undefined && value !== false) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    options.signal?.throwIfAborted();
    if (performance.now() >= until) break;
    await sleep(options.everyMs ?? pause, undefined, { signal: options.signal });
  }
  const why = last instanceof Error ? `: ${last.message}` : '';
  throw new Error(`waited ${timeoutMs / 1000} s for ${options.what}${why}`, { cause: last });
}
