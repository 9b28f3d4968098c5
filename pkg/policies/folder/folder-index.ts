/**
 * The policies of a folder as its last looks found them. What a file says decides over its own policies only, and only what
 * is proved gone goes: a file that cannot be read stops its policies, and keeps their memory.
 */
import { DEFAULT_NAMESPACE } from '../../api/index.js';
import { hasCode } from '../../errors/index.js';
import type { PolicyDocument } from './document.js';
import {
  folderEntry,
  pastOfEntry,
  pastOfStored,
  unreadableEntry,
  type FolderEntry,
  type Found,
  type RememberedPolicy,
} from './entry.js';
import type { Scan, ScannedFile } from './scan.js';
import type { PolicyRecord } from '../home.js';
import { keyString, type PolicyKey } from '../key.js';
import type { StateFolder } from './state.js';
import type { StoredPolicy } from '../stored-policy.js';
import type { FileFaultLog } from './file-fault-log.js';

/** Looks in a row that must miss a policy: a file that is replaced is gone for an instant. */
const MISSED_LOOKS = 2;
/** The same while a file is not still yet: the policy may have moved there, and would lose its memory on the way. */
const MISSED_LOOKS_UNSETTLED = 20;

export interface FolderIndexOptions {
  state: StateFolder;
  /** Unix ms. */
  clock: () => number;
  faultLog: FileFaultLog;
}

export interface LookChanges {
  changed: PolicyKey[];
  /** As they were when they were last seen. */
  gone: PolicyRecord[];
  /** True where a policy was missed that the next look may find. */
  pending: boolean;
}

type Documented = Found & { document: PolicyDocument };

export class FolderIndex {
  readonly #options: FolderIndexOptions;
  readonly #entries = new Map<string, FolderEntry>();
  /** Files whose policies are all known: read once since the start, or looked for in the state. */
  readonly #recalled = new Set<string>();

  constructor(options: FolderIndexOptions) {
    this.#options = options;
  }

  entries(): FolderEntry[] {
    return [...this.#entries.values()];
  }

  get(key: PolicyKey): FolderEntry | undefined {
    return this.#entries.get(keyString(key));
  }

  /** Takes in what one look saw. */
  async take(scan: Scan, signal: AbortSignal): Promise<LookChanges> {
    // One time for the whole look: policies that came together are of one age, and their names decide between them.
    const now = this.#options.clock();
    const found = new Set<string>();
    const changed: PolicyKey[] = [];
    for (const each of this.#documents(scan, found)) {
      if (this.#isAsBefore(each)) continue;
      this.#entries.set(keyString(each.key), await this.#entry(each, now, signal));
      changed.push(each.key);
    }
    for (const file of scan.files) {
      const fault = faultOf(file);
      if (fault !== undefined) changed.push(...(await this.#stopAll(file, fault, { found, now, signal })));
      this.#recalled.add(file.name);
    }
    return { changed, ...this.#drop(found, scan.unsettled ? MISSED_LOOKS_UNSETTLED : MISSED_LOOKS) };
  }

  /** The entry with its past, where that could not be read when the policy was found. */
  withPast(entry: FolderEntry, stored: StoredPolicy | undefined): FolderEntry {
    const { found } = entry;
    if (entry.isPastKnown) return entry;
    const now = this.#options.clock();
    const known =
      found.document === undefined
        ? { ...entry, isPastKnown: true }
        : folderEntry({ ...found, document: found.document }, pastOfStored(stored), now);
    this.#entries.set(keyString(found.key), known);
    return known;
  }

  /** Every document that counts, in the order of files and lines; tells of those that do not. */
  #documents(scan: Scan, found: Set<string>): Documented[] {
    const { faultLog } = this.#options;
    return scan.files.flatMap(({ name: file, signature, documents, fault }) => {
      if (fault !== undefined) faultLog.add(file, 'file', fault);
      return documents.flatMap((document): Documented[] => {
        const { name, namespace = DEFAULT_NAMESPACE, line, faults } = document;
        const about = `line ${line}`;
        if (name === undefined) {
          faultLog.add(file, about, faults.join('; '));
          return [];
        }
        const key = { namespace, name };
        const id = keyString(key);
        if (found.has(id) || this.#isElsewhere(id, file, scan)) {
          faultLog.add(file, about, `${id} is declared a second time; the first declaration stays in force`);
          return [];
        }
        found.add(id);
        return [{ key, document, file, signature }];
      });
    });
  }

  /** Where two files declare one policy, the one that was there first stays; on a fresh start, the first by name. */
  #isElsewhere(id: string, file: string, scan: Scan): boolean {
    const home = this.#entries.get(id)?.found.file;
    if (home === undefined || home === file) return false;
    const documents = scan.files.find(({ name }) => name === home)?.documents ?? [];
    return documents.some(
      ({ name, namespace = DEFAULT_NAMESPACE }) => name !== undefined && `${namespace}/${name}` === id,
    );
  }

  #isAsBefore({ key, file, signature }: Documented): boolean {
    const before = this.get(key)?.found;
    return before !== undefined && before.signature === signature && before.file === file;
  }

  async #entry(found: Documented, now: number, signal: AbortSignal): Promise<FolderEntry> {
    const before = this.get(found.key);
    if (before !== undefined)
      return { ...folderEntry(found, pastOfEntry(before), now), isPastKnown: before.isPastKnown };
    try {
      return folderEntry(found, pastOfStored(await this.#options.state.read(found.key, signal)), now);
    } catch (error) {
      if (!hasCode(error, 'PLUS1_STATE_UNREADABLE')) throw error;
      // Told when the policy is read; it stands still until then.
      return { ...folderEntry(found, pastOfStored(undefined), now), isPastKnown: false };
    }
  }

  /** A file that is broken keeps its policies from being forgotten, and lets none of those it no longer tells of run. */
  async #stopAll(
    { name: file, signature }: ScannedFile,
    fault: string,
    { found, now, signal }: { found: Set<string>; now: number; signal: AbortSignal },
  ): Promise<PolicyKey[]> {
    const stopped: PolicyKey[] = [];
    for (const { key, past } of await this.#policiesOf(file, signal)) {
      const id = keyString(key);
      const before = this.#entries.get(id);
      if (found.has(id)) continue;
      found.add(id);
      if (before?.found.signature === signature) continue;
      this.#entries.set(id, unreadableEntry({ key, file, signature }, past, fault, now));
      stopped.push(key);
    }
    return stopped;
  }

  /** Those that it declared before; since a start, those that the state says it declared. */
  async #policiesOf(file: string, signal: AbortSignal): Promise<{ key: PolicyKey; past: RememberedPolicy }[]> {
    const known = this.entries().filter((entry) => entry.found.file === file);
    const remembered = known.map((entry) => ({ key: entry.record.key, past: pastOfEntry(entry) }));
    if (this.#recalled.has(file)) return remembered;
    const { policies } = await this.#options.state.list(signal).catch(() => ({ policies: [] }));
    const stored = policies
      .filter(({ origin, metadata }) => origin?.file === file && this.get(metadata) === undefined)
      .map((policy) => ({
        key: { namespace: policy.metadata.namespace, name: policy.metadata.name },
        past: pastOfStored(policy),
      }));
    return [...remembered, ...stored];
  }

  #drop(found: ReadonlySet<string>, looks: number): { gone: PolicyRecord[]; pending: boolean } {
    const gone: PolicyRecord[] = [];
    let pending = false;
    for (const [id, entry] of this.#entries) {
      entry.missed = found.has(id) ? 0 : entry.missed + 1;
      if (entry.missed === 0) continue;
      if (entry.missed < looks) {
        pending = true;
        continue;
      }
      this.#entries.delete(id);
      gone.push(entry.record);
    }
    return { gone, pending };
  }
}

/** Why the file is no proof that a policy went from it: a file that was cut off is seldom wrong in one document only. */
function faultOf({ fault, documents }: ScannedFile): string | undefined {
  return fault ?? documents.find(({ policy }) => policy === undefined)?.faults.join('; ');
}
