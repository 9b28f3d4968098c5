/**
 * The first home of policies: a folder of YAML files, with their status in the state folder. Watched, and looked through
 * again now and then where watching misses (links of a ConfigMap, network file systems).
 * Deleting a file forgets the policy and its state; GitHub is left alone.
 */
import { watch as watchFolder } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_NAMESPACE, type PolicyStatus } from '../api/index.js';
import type { CacheFolder } from './cache.js';
import type { PolicyDocument } from './document.js';
import { folderEntry, pastOf, storedPolicy, type FolderEntry, type Found } from './folder-entry.js';
import { FolderScanner, type Scan } from './folder-scan.js';
import type { HeldPolicy, PolicyEvent, PolicyHome } from './home.js';
import { keyString, type PolicyKey } from './key.js';
import type { StateFolder, StoredPolicy } from './state.js';

/** Watching is a hint: what it misses is seen this much later. */
const POLL_MS = 10_000;
/** Long enough for an editor or `cp` to be through, short enough to feel prompt. */
const SETTLE_MS = 200;

export interface FolderHomeOptions {
  folder: string;
  state: StateFolder;
  cache: CacheFolder;
  /** Unix ms. */
  clock: () => number;
  log: {
    info(msg: string, fields?: Record<string, unknown>): void;
    warn(msg: string, fields?: Record<string, unknown>): void;
  };
  pollMs?: number;
}

export class FolderHome implements PolicyHome {
  readonly #options: FolderHomeOptions;
  readonly #scanner: FolderScanner;
  readonly #entries = new Map<string, FolderEntry>();
  readonly #told = new Map<string, string>();
  #synced = false;

  constructor(options: FolderHomeOptions) {
    this.#options = options;
    this.#scanner = new FolderScanner(options.folder);
  }

  get synced(): boolean {
    return this.#synced;
  }

  list(): readonly HeldPolicy[] {
    return [...this.#entries.values()].map(({ held }) => held);
  }

  async read(key: PolicyKey, signal: AbortSignal): Promise<HeldPolicy | undefined> {
    const entry = this.#entries.get(keyString(key));
    if (entry === undefined) return undefined;
    const status = (await this.#options.state.read(key, signal))?.status ?? {};
    return { ...entry.held, status };
  }

  async writeStatus(key: PolicyKey, status: PolicyStatus, signal: AbortSignal): Promise<void> {
    const entry = this.#entries.get(keyString(key));
    if (entry === undefined) return;
    entry.held = { ...entry.held, status };
    await this.#options.state.write(key, storedPolicy(entry, status), signal);
  }

  record(key: PolicyKey, { type, reason, action, message }: PolicyEvent): void {
    this.#options.log[type === 'Warning' ? 'warn' : 'info']('Event', {
      policy: keyString(key),
      reason,
      action,
      message,
    });
  }

  async watch(onKey: (key: PolicyKey) => void, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const nudged = new AbortController();
      const watcher = this.#watchFolder(() => nudged.abort());
      const unsettled = await this.#look(onKey, signal);
      const wait = unsettled || !this.#synced ? SETTLE_MS : (this.#options.pollMs ?? POLL_MS);
      await sleep(wait, undefined, { signal: AbortSignal.any([signal, nudged.signal]) }).catch(() => undefined);
      watcher?.close();
      if (nudged.signal.aborted) await sleep(SETTLE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  #watchFolder(onChange: () => void): { close(): void } | undefined {
    try {
      const watcher = watchFolder(this.#options.folder, { persistent: false }, onChange);
      watcher.on('error', () => undefined);
      return watcher;
    } catch {
      return undefined;
    }
  }

  /** One look; true where another is due soon. A folder that cannot be listed changes nothing. */
  async #look(onKey: (key: PolicyKey) => void, signal: AbortSignal): Promise<boolean> {
    let scan: Scan;
    try {
      scan = await this.#scanner.scan(signal);
    } catch (error) {
      if (!signal.aborted)
        this.#tell(
          '',
          `the folder of policies cannot be listed: ${error instanceof Error ? error.message : String(error)}`,
        );
      return false;
    }
    const found = await this.#take(scan, signal);
    const gone = this.#drop(found.keys);
    for (const key of [...found.changed, ...gone.keys]) onKey(key);
    this.#synced ||= !scan.unsettled;
    return scan.unsettled || gone.pending;
  }

  async #take(scan: Scan, signal: AbortSignal): Promise<{ keys: Set<string>; changed: PolicyKey[] }> {
    const keys = new Set<string>();
    const changed: PolicyKey[] = [];
    for (const { name: file, signature, documents, fault } of scan.files) {
      this.#tell(file, fault);
      for (const document of documents) {
        const key = this.#keyOf(document, file);
        if (key === undefined) continue;
        const id = keyString(key);
        const entry = this.#entries.get(id);
        if (this.#isSecond(id, file, entry, keys)) continue;
        keys.add(id);
        if (entry !== undefined && entry.signature === signature && entry.file === file) continue;
        this.#entries.set(id, await this.#entry({ key, document, file, signature }, signal));
        changed.push(key);
      }
    }
    return { keys, changed };
  }

  /** Where two documents bear one name, the one that was there first stays; on a fresh start, the first file by name. */
  #isSecond(id: string, file: string, entry: FolderEntry | undefined, keys: ReadonlySet<string>): boolean {
    const elsewhere = entry !== undefined && entry.file !== file && this.#stillHas(entry.file, id);
    if (!keys.has(id) && !elsewhere) {
      this.#tell(`${id}@${file}`, undefined);
      return false;
    }
    this.#tell(`${id}@${file}`, `${id} is declared a second time in ${file}; the first declaration stays in force`);
    return true;
  }

  #stillHas(file: string, id: string): boolean {
    return this.#scanner
      .documents(file)
      .some(
        (document) =>
          document.name !== undefined && `${document.namespace ?? DEFAULT_NAMESPACE}/${document.name}` === id,
      );
  }

  /** A document without a name that can be read belongs to the policy that this file held before, where there was just one. */
  #keyOf({ name, namespace, faults, line }: PolicyDocument, file: string): PolicyKey | undefined {
    if (name !== undefined) {
      this.#tell(`${file}:${line}`, undefined);
      return { namespace: namespace ?? DEFAULT_NAMESPACE, name };
    }
    const before = [...this.#entries.values()].filter((entry) => entry.file === file);
    if (before.length === 1) return before[0]?.held.key;
    this.#tell(`${file}:${line}`, `${file}: ${faults.join('; ')}`);
    return undefined;
  }

  async #entry(found: Found, signal: AbortSignal): Promise<FolderEntry> {
    const before = this.#entries.get(keyString(found.key));
    const stored = before === undefined ? await this.#stored(found.key, signal) : undefined;
    return folderEntry(found, pastOf(before, stored), this.#options.clock());
  }

  /** A state that cannot be read is told when the policy is; here it is only asked for a generation. */
  async #stored(key: PolicyKey, signal: AbortSignal): Promise<StoredPolicy | undefined> {
    return this.#options.state.read(key, signal).catch(() => undefined);
  }

  /** Two looks in a row must miss a policy: a file that is replaced is gone for an instant. */
  #drop(found: ReadonlySet<string>): { keys: PolicyKey[]; pending: boolean } {
    const keys: PolicyKey[] = [];
    let pending = false;
    for (const [id, entry] of this.#entries) {
      entry.missed = found.has(id) ? 0 : entry.missed + 1;
      if (entry.missed === 1) pending = true;
      if (entry.missed < 2) continue;
      this.#entries.delete(id);
      keys.push(entry.held.key);
      void this.#forget(entry.held.key);
    }
    return { keys, pending };
  }

  async #forget(key: PolicyKey): Promise<void> {
    await Promise.all([this.#options.state.remove(key), this.#options.cache.remove(key)]).catch((error: unknown) => {
      this.#options.log.warn('State of a deleted policy not removed', { policy: keyString(key), error: String(error) });
    });
  }

  /** Says a trouble once, and again only after it went or changed. */
  #tell(about: string, trouble: string | undefined): void {
    if (trouble === undefined) {
      this.#told.delete(about);
      return;
    }
    if (this.#told.get(about) === trouble) return;
    this.#told.set(about, trouble);
    this.#options.log.warn('Policy file not used', { file: about, trouble });
  }
}
