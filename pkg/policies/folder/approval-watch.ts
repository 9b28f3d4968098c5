/**
 * Which policies got an approval, lost one, or have one that somebody changed. What the controller itself keeps in the files (their
 * `status`) is no news. Watched, and looked through again now and then where watching misses.
 */
import { watch as watchFolder } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  errnoOf,
  ignoreAbort,
  isMapping,
  linkSignals,
  readBoundedText,
  sha256,
  sleep,
  type Timers,
} from '../../base/index.js';
import { parseJSON } from '../../text/index.js';
import { keyString, type PolicyKey } from '../key.js';
import { APPROVAL_FILE, APPROVALS, MAX_APPROVAL_BYTES } from './approvals.js';

/** Watching is a hint: what it misses is seen this much later. */
const POLL_MS = 10_000;
/** Files that come together call for one look. */
const SETTLE_MS = 200;

export interface ApprovalWatchOptions {
  /** The state folder. */
  state: string;
  clock: Timers;
  pollMs?: number;
  settleMs?: number;
}

interface Sight {
  signature: string;
  /** Of all but the status. */
  digest: string;
}

/** The approvals of one policy, by the names of their files. */
interface Seen {
  key: PolicyKey;
  files: ReadonlyMap<string, Sight>;
}

export class ApprovalWatch {
  readonly #options: ApprovalWatchOptions;
  readonly #root: string;
  readonly #watchers = new Map<string, { close(): void }>();
  #seen = new Map<string, Seen>();
  #onEvent: () => void = () => undefined;

  constructor(options: ApprovalWatchOptions) {
    this.#options = options;
    this.#root = join(options.state, APPROVALS);
  }

  /** Tells each key until aborted. What is there at the start is no news: every policy is looked at then. */
  async run(onKey: (key: PolicyKey) => void, signal: AbortSignal): Promise<void> {
    const { clock, pollMs = POLL_MS, settleMs = SETTLE_MS } = this.#options;
    try {
      for (let isFirst = true; !signal.aborted; isFirst = false) {
        const nudge = linkSignals(signal);
        this.#onEvent = (): void => nudge.abort(new Error('an approval changed'));
        const changed = await this.#look(signal).catch(() => undefined);
        if (!isFirst) changed?.forEach(onKey);
        await sleep(clock, pollMs, nudge.signal).catch(ignoreAbort(nudge.signal));
        nudge.release();
        if (nudge.signal.aborted) await sleep(clock, settleMs, signal).catch(ignoreAbort(signal));
      }
    } finally {
      this.#watchOnly([]);
    }
  }

  async #look(signal: AbortSignal): Promise<PolicyKey[]> {
    // Watched before they are listed: what comes in between calls for another look.
    const watched: string[] = [];
    const list = async (folder: string): Promise<string[] | undefined> => {
      this.#watch(folder);
      const names = await namesIn(folder);
      // One that is made again later is another folder, of which an old watcher hears nothing.
      if (names !== 'absent') watched.push(folder);
      return names === 'absent' ? [] : names;
    };
    const before = this.#seen;
    const seen = new Map<string, Seen>();
    const spaces = await list(this.#root);
    // The folder is made with the first approval of all.
    if (spaces?.length === 0) await list(this.#options.state);
    for (const space of spaces ?? []) {
      for (const name of (await list(join(this.#root, space))) ?? []) {
        const key = { namespace: decoded(space), name: decoded(name) };
        const folder = join(this.#root, space, name);
        const files = await list(folder);
        const known = before.get(keyString(key));
        const now = files === undefined ? known : { key, files: await this.#sights(folder, files, known, signal) };
        if (now !== undefined) seen.set(keyString(key), now);
      }
    }
    this.#watchOnly(watched);
    this.#seen = spaces === undefined ? before : seen;
    return changesOf(before, this.#seen);
  }

  async #sights(
    folder: string,
    names: readonly string[],
    before: Seen | undefined,
    signal: AbortSignal,
  ): Promise<Map<string, Sight>> {
    const sights = new Map<string, Sight>();
    for (const name of names.filter((each) => APPROVAL_FILE.test(each))) {
      signal.throwIfAborted();
      const path = join(folder, name);
      const signature = await signatureOf(path);
      if (signature === undefined) continue;
      const known = before?.files.get(name);
      sights.set(name, known?.signature === signature ? known : { signature, digest: await digestOf(path, signal) });
    }
    return sights;
  }

  #watch(folder: string): void {
    if (this.#watchers.has(folder)) return;
    try {
      const watcher = watchFolder(folder, { persistent: false }, () => this.#onEvent());
      watcher.on('error', () => undefined);
      this.#watchers.set(folder, watcher);
    } catch {
      // It is not there, or cannot be watched.
    }
  }

  #watchOnly(folders: readonly string[]): void {
    for (const [folder, watcher] of this.#watchers) {
      if (folders.includes(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
  }
}

function changesOf(before: ReadonlyMap<string, Seen>, now: ReadonlyMap<string, Seen>): PolicyKey[] {
  const all = new Map([...before, ...now]);
  return [...all].filter(([id]) => textOf(before.get(id)) !== textOf(now.get(id))).map(([, { key }]) => key);
}

const textOf = (seen: Seen | undefined): string =>
  JSON.stringify([...(seen?.files ?? [])].map(([name, { digest }]) => [name, digest]));

/** Sorted; undefined where it cannot be listed, which proves nothing about what lies in it. */
async function namesIn(folder: string): Promise<string[] | 'absent' | undefined> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '') ? 'absent' : undefined;
  }
}

async function signatureOf(path: string): Promise<string | undefined> {
  try {
    const { ino, size, mtimeMs } = await stat(path);
    return `${ino}:${size}:${mtimeMs}`;
  } catch (error) {
    return errnoOf(error) === 'ENOENT' ? undefined : `fault:${errnoOf(error)}`;
  }
}

async function digestOf(path: string, signal: AbortSignal): Promise<string> {
  try {
    const text = await readBoundedText(path, { maxBytes: MAX_APPROVAL_BYTES, signal });
    return sha256(withoutStatus(text));
  } catch (error) {
    if (signal.aborted) throw error;
    return `fault:${errnoOf(error)}`;
  }
}

function withoutStatus(text: string): string {
  try {
    const object = parseJSON(text);
    if (!isMapping(object)) return text;
    const { status: _status, ...rest } = object;
    return JSON.stringify(rest);
  } catch {
    return text;
  }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
