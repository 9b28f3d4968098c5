/**
 * Starts the parts of a process in order and stops them in reverse. Servers come first, so that health can be asked
 * while the rest starts and until everything else has ended; controllers come last, so that they start with what they
 * need and stop before it goes. Hazard: a part that is not stopped in time is left behind, and the process must exit.
 */
import type { Log, Timers } from '../base/index.js';
import { aborted, within } from './within.js';

/** What Kubernetes grants a pod between SIGTERM and SIGKILL. */
const DEFAULT_STOP_MS = 30_000;
/** Kept back for each part that is still to stop, so that a slow one does not cost the others theirs. */
const LEAST_STOP_MS = 500;

export interface Runnable {
  name: string;
  /** Resolves once it is at work. What ends it later, unasked, is told to `fail`. */
  start(signal: AbortSignal, fail: (error: Error) => void): Promise<void>;
  /** Resolves when it has ended. */
  stop(): Promise<void>;
}

export interface LifecycleOptions {
  /** Aborts when the process shall stop. */
  signal: AbortSignal;
  clock: Timers;
  log: Log;
  /** Bound on the whole stop. Default 30 s. */
  stopMs?: number;
}

/** Runs all parts until the signal aborts or one fails, and stops them. Rejects with the first failure, after the stop. */
export async function runAll(runnables: readonly Runnable[], options: LifecycleOptions): Promise<void> {
  const { signal, log } = options;
  const started: Runnable[] = [];
  const failures: Error[] = [];
  let onFailure: () => void;
  const failed = new Promise<void>((resolve) => (onFailure = resolve));
  const fail = (runnable: Runnable, thrown: unknown): void => {
    failures.push(thrown instanceof Error ? thrown : new Error(String(thrown)));
    log.error('Part of the process failed', { part: runnable.name, error: String(thrown) });
    onFailure();
  };
  const over = Promise.race([aborted(signal), failed]);
  for (const runnable of runnables) {
    if (signal.aborted || failures.length > 0) break;
    // Before its start: one that failed half-way may hold something that only its stop gives back.
    started.push(runnable);
    const starting = runnable.start(signal, (error) => fail(runnable, error));
    // A start may wait for long (for a lease, for a cache): neither a stop nor another's failure waits for it.
    await Promise.race([
      over,
      starting.catch((thrown: unknown) => (signal.aborted ? undefined : fail(runnable, thrown))),
    ]);
  }
  await over;
  await stopAll(started, options);
  if (failures[0] !== undefined) throw failures[0];
}

async function stopAll(
  started: readonly Runnable[],
  { clock, log, stopMs = DEFAULT_STOP_MS }: LifecycleOptions,
): Promise<void> {
  const end = clock.monotonic() + stopMs;
  for (const [stopped, runnable] of started.toReversed().entries()) {
    const left = started.length - 1 - stopped;
    const ms = Math.max(LEAST_STOP_MS, end - clock.monotonic() - left * LEAST_STOP_MS);
    try {
      const inTime = await within(clock, runnable.stop(), ms);
      if (!inTime) log.error('Part of the process did not stop in time', { part: runnable.name });
    } catch (thrown) {
      log.error('Part of the process failed to stop', { part: runnable.name, error: String(thrown) });
    }
  }
}

/** A part made of one function that works until its signal aborts. That it ends before is a failure. */
export function runnable(name: string, run: (signal: AbortSignal) => Promise<void>): Runnable {
  const stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  return {
    name,
    start: async (_signal, fail) => {
      running = run(stop.signal).then(
        () => (stop.signal.aborted ? undefined : fail(new Error(`${name} ended by itself`))),
        (thrown: unknown) => fail(thrown instanceof Error ? thrown : new Error(String(thrown))),
      );
    },
    stop: () => {
      stop.abort();
      return running;
    },
  };
}
