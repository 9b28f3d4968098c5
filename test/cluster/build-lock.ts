/**
 * One build at a time, over processes. The lock saves work and no more: a holder that was only suspended may lose it,
 * so the process that holds it must still put results in place atomically.
 */
import { mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A holder shows that it lives by touching the file; a file left behind by a killed one goes stale. */
const BEAT_MS = 2_000;
/** Ten beats: a machine that is busy compiling on every core skips a few. */
const STALE_MS = 20_000;
const POLL_MS = 500;

export interface LockOptions {
  /** Called once, if there is someone to wait for. */
  onWait?: () => void;
  signal?: AbortSignal;
  beatMs?: number;
  staleMs?: number;
}

/** Runs `work` while no one else holds the lock file. */
export async function withBuildLock<T>(file: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  await acquire(file, options);
  const beat = setInterval(() => touch(file), options.beatMs ?? BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    rmSync(file, { force: true });
  }
}

async function acquire(file: string, options: LockOptions): Promise<void> {
  let waited = false;
  while (!taken(file)) {
    if (isStale(file, options.staleMs ?? STALE_MS)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!waited) options.onWait?.();
    waited = true;
    await sleep(POLL_MS, undefined, { signal: options.signal });
  }
}

function taken(file: string): boolean {
  try {
    writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

function isStale(file: string, staleMs: number): boolean {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs > staleMs;
}

function touch(file: string): void {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // Taken away as stale: the other builds as well then, and the last rename wins with the same result.
  }
}
