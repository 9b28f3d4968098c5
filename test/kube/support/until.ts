/** Waiting for real sockets, while virtual time passes only as the test says. */
import { setTimeout as pause } from 'node:timers/promises';
import type { VirtualClock } from '../../fakes/clock.js';

const PATIENCE_MS = 100_000;
const POLL_MS = 3;

/** Until it holds, in real time; no virtual time passes. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`gave up waiting for ${what}`);
    await pause(POLL_MS);
  }
}

export interface Passing {
  what: string;
  /** Default 100. */
  stepMs?: number;
  /**
   * No time passes while it owes an answer. Whoever looks at how much passed gives it: else a busy machine, on which a real answer takes
   * long, makes it more.
   */
  api?: { readonly calls: number };
}

/** Lets virtual time pass in steps, each with time for real I/O, until it holds. Returns how much passed. */
export async function passUntil(
  clock: VirtualClock,
  holds: () => boolean,
  { what, stepMs = 100, api }: Passing,
): Promise<number> {
  const start = clock.monotonic();
  const end = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > end)
      throw new Error(`gave up waiting for ${what}, ${clock.monotonic() - start} ms of the clock`);
    await pause(POLL_MS);
    if (holds()) break;
    if (api === undefined || api.calls === 0) await clock.advance(stepMs);
  }
  return clock.monotonic() - start;
}

/** Time for everything that real I/O has set going. */
export async function settle(): Promise<void> {
  await pause(40);
}
