/** The room of the volume on which the state lies: what must give way to journal and state, and what is told of it. */
import { lstat, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  ignoreAbort,
  reservedOf,
  sleep,
  StorageReserve,
  type Log,
  type Timers,
  type VolumeSpace,
} from '../../pkg/base/index.js';
import { runnable, type Runnable } from '../../pkg/controller/index.js';
import { keyString, type PolicyEvent, type PolicyKey } from '../../pkg/policies/index.js';
import type { StorageMetrics } from '../../pkg/telemetry/index.js';

const LOOK_MS = 60_000;
/** Deeper than any file of ours: a journal has five levels. */
const MAX_DEPTH = 8;

export interface StorageSetup {
  /** The state folder. */
  folder: string;
  log: Pick<Log, 'info' | 'warn'>;
  /** Called when files of this policy begin to be left out. */
  onLow?: (key: PolicyKey, event: PolicyEvent) => void;
  /** For tests. */
  space?: (folder: string) => Promise<VolumeSpace>;
}

/** Says whether a cache may be written, and tells once of each policy that it may not, until it may again. */
export class Storage {
  readonly #setup: StorageSetup;
  readonly #reserve: StorageReserve;
  readonly #low = new Set<string>();

  constructor(setup: StorageSetup) {
    this.#setup = setup;
    this.#reserve = new StorageReserve(setup);
  }

  readonly hasRoom = async (key: PolicyKey, bytes: number): Promise<boolean> => {
    const { log, onLow } = this.#setup;
    const policy = keyString(key);
    const shortage = await this.#reserve.shortage(bytes);
    if (shortage === undefined) {
      if (this.#low.delete(policy)) log.info('Storage has room again', { policy });
      return true;
    }
    if (!this.#low.has(policy)) {
      this.#low.add(policy);
      log.warn('Storage is low', { policy, message: shortage });
      const message = `${shortage}: what the pass learned of the repositories is not kept, and the next one asks GitHub again`;
      onLow?.(key, { type: 'Warning', reason: 'StorageLow', action: 'Storage', message });
    }
    return false;
  };

  /** Measures the folder once a minute, from the start on. */
  measuring(metrics: StorageMetrics, clock: Timers): Runnable {
    return runnable('storage', async (signal) => {
      while (!signal.aborted) {
        await this.measure(metrics);
        await sleep(clock, LOOK_MS, signal).catch(ignoreAbort(signal));
      }
    });
  }

  async measure(metrics: StorageMetrics): Promise<void> {
    const space = await this.#reserve.look();
    if (space !== undefined) metrics.volume({ freeBytes: space.freeBytes, reservedBytes: reservedOf(space) });
    for (const [kind, bytes] of await bytesByKind(this.#setup.folder)) metrics.bytes(kind, bytes);
  }
}

/**
 * What is in the way of a file that somebody named; undefined where nothing is. It gives way to journal and state where it lies on
 * their volume, and on every other one the person decides.
 */
export async function shortageFor(
  path: string,
  bytes: number,
  { folder, space }: Pick<StorageSetup, 'folder' | 'space'>,
): Promise<string | undefined> {
  const [own, other] = await Promise.all([folder, dirname(path)].map((each) => stat(each).catch(() => undefined)));
  if (own === undefined || own.dev !== other?.dev) return undefined;
  return new StorageReserve({ folder, ...(space && { space }) }).shortage(bytes);
}

/** Of what lies in the state folder. What cannot be read counts as nothing. */
async function bytesByKind(folder: string): Promise<Map<string, number>> {
  const kinds = new Map(['journal', 'state', 'cache', 'other'].map((kind) => [kind, 0]));
  for (const name of await namesIn(folder)) {
    const kind = kindOf(name);
    kinds.set(kind, (kinds.get(kind) ?? 0) + (await bytesBelow(join(folder, name), MAX_DEPTH)));
  }
  return kinds;
}

/** A folder without a dot is a namespace: the states of its policies. */
function kindOf(name: string): string {
  if (name === '.journal') return 'journal';
  if (name === '.cache') return 'cache';
  return name.startsWith('.') ? 'other' : 'state';
}

async function bytesBelow(path: string, depth: number): Promise<number> {
  const entry = await lstat(path).catch(() => undefined);
  if (entry === undefined) return 0;
  if (!entry.isDirectory()) return entry.isFile() ? entry.size : 0;
  let sum = 0;
  if (depth > 0) for (const name of await namesIn(path)) sum += await bytesBelow(join(path, name), depth - 1);
  return sum;
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
