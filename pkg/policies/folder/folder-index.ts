/**
 * The policies of a folder as its last looks found them. What a file says decides over its own policies only, and only what
 * is proved gone goes: a file that cannot be read stops its policies, and keeps their memory.
 */
import { DEFAULT_NAMESPACE } from '../../api/index.js';
import { ownTurn } from '../../base/index.js';
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
import { claimOf } from '../claim.js';
import { memoryFor } from '../kept-memory.js';
import { keyString, type PolicyKey } from '../key.js';
import type { StateFolder } from './state.js';
import type { StoredPolicy } from '../stored-policy.js';
import type { FileFaultLog } from './file-fault-log.js';
import { FileMembers } from './file-members.js';

/** Looks in a row that must miss a policy: a file that is replaced is gone for an instant. */
const MISSED_LOOKS = 2;
/** The same while a file is not still yet: the policy may have moved there, and would lose its memory on the way. */
const MISSED_LOOKS_UNSETTLED = 20;
/** Files that are as they were, in one turn of the event loop. */
const OLD_FILES_A_TURN = 100;

export interface FolderIndexOptions {
  state: StateFolder;
  /** Unix ms. */
  clock: () => number;
  faultLog: FileFaultLog;
  /** A UUID for a policy that has none yet. */
  newID: () => string;
}

export interface LookChanges {
  changed: PolicyKey[];
  /** As they were when they were last seen. */
  gone: PolicyRecord[];
  /** True where a policy was missed that the next look may find. */
  pending: boolean;
}

type Documented = Found & { document: PolicyDocument };

/** What one look has come to so far. */
interface Look {
  /** Policies that a file declares, or is broken and declared before. */
  found: Set<string>;
  /** Unix ms. */
  now: number;
  signal: AbortSignal;
  files: ReadonlyMap<string, ScannedFile>;
}

export class FolderIndex {
  readonly #options: FolderIndexOptions;
  readonly #entries = new Map<string, FolderEntry>();
  /** Files whose policies are all known: read once since the start, or looked for in the state. */
  readonly #recalled = new Set<string>();
  /** Of the files of the last look. */
  #signatures: ReadonlyMap<string, string> = new Map();

  constructor(options: FolderIndexOptions) {
    this.#options = options;
  }

  entries(): FolderEntry[] {
    return [...this.#entries.values()];
  }

  get(key: PolicyKey): FolderEntry | undefined {
    return this.#entries.get(keyString(key));
  }

  /** Takes in what one look saw, with a turn of the event loop for each file that is new. */
  async take(scan: Scan, signal: AbortSignal): Promise<LookChanges> {
    // One time for the whole look: policies that came together are of one age, and their names decide between them.
    const now = this.#options.clock();
    const look: Look = { found: new Set(), now, signal, files: new Map(scan.files.map((file) => [file.name, file])) };
    const changed: PolicyKey[] = [];
    for await (const file of this.#inTurn(scan.files, signal)) {
      for (const each of this.#documents(file, look)) {
        if (this.#isAsBefore(each)) continue;
        this.#entries.set(keyString(each.key), await this.#entry(each, now, signal));
        changed.push(each.key);
      }
    }
    const members = new FileMembers(this.#entries.values(), this.#options.state);
    for await (const file of this.#inTurn(scan.files, signal)) {
      const fault = faultOf(file);
      if (fault !== undefined) changed.push(...(await this.#stopAll(file, fault, look, members)));
      this.#recalled.add(file.name);
    }
    this.#signatures = new Map(scan.files.map(({ name, signature }) => [name, signature]));
    return { changed, ...this.#drop(look.found, scan.unsettled ? MISSED_LOOKS_UNSETTLED : MISSED_LOOKS) };
  }

  /** A file that is as it was costs next to nothing, and ten thousand of them are looked at every ten seconds. */
  async *#inTurn(files: readonly ScannedFile[], signal: AbortSignal): AsyncGenerator<ScannedFile> {
    for (const [index, file] of files.entries()) {
      if (index % OLD_FILES_A_TURN === 0 || this.#signatures.get(file.name) !== file.signature) await ownTurn();
      signal.throwIfAborted();
      yield file;
    }
  }

  /** The entry with its past, where that could not be read when the policy was found. */
  withPast(entry: FolderEntry, stored: StoredPolicy | undefined): FolderEntry {
    const { found } = entry;
    if (entry.isPastKnown) return entry;
    const now = this.#options.clock();
    const known =
      found.document === undefined
        ? { ...entry, isPastKnown: true }
        : folderEntry({ ...found, document: found.document }, this.#named(pastFor(found.document, stored)), now);
    this.#entries.set(keyString(found.key), known);
    return known;
  }

  #named(past: RememberedPolicy): RememberedPolicy {
    return { ...past, uid: past.uid ?? this.#options.newID() };
  }

  /** Every document of the file that counts, in the order of lines; reports those that do not. */
  #documents({ name: file, signature, documents, fault }: ScannedFile, { found, files }: Look): Documented[] {
    const { faultLog } = this.#options;
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
      if (found.has(id) || this.#isElsewhere(id, file, files)) {
        faultLog.add(file, about, `${id} is declared a second time; the first declaration stays in force`);
        return [];
      }
      found.add(id);
      return [{ key, document, file, signature }];
    });
  }

  /** Where two files declare one policy, the one that was there first stays; on a fresh start, the first by name. */
  #isElsewhere(id: string, file: string, files: Look['files']): boolean {
    const home = this.#entries.get(id)?.found.file;
    if (home === undefined || home === file) return false;
    const documents = files.get(home)?.documents ?? [];
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
      return { ...folderEntry(found, this.#named(pastOfEntry(before)), now), isPastKnown: before.isPastKnown };
    try {
      const stored = await this.#options.state.read(found.key, signal);
      return folderEntry(found, this.#named(pastFor(found.document, stored)), now);
    } catch (error) {
      if (!hasCode(error, 'PLUS1_STATE_UNREADABLE')) throw error;
      // Told when the policy is read; it stands still until then.
      return { ...folderEntry(found, this.#named(pastOfStored(undefined)), now), isPastKnown: false };
    }
  }

  /** A file that is broken keeps its policies from being forgotten, and lets none of those it no longer declares run. */
  async #stopAll(
    { name: file, signature }: ScannedFile,
    fault: string,
    { found, now, signal }: Look,
    members: FileMembers,
  ): Promise<PolicyKey[]> {
    const stopped: PolicyKey[] = [];
    const stop = (key: PolicyKey, past: RememberedPolicy): void => {
      this.#entries.set(keyString(key), unreadableEntry({ key, file, signature }, this.#named(past), fault, now));
      stopped.push(key);
    };
    const isFirst = (id: string): boolean => !found.has(id) && found.add(id).size > 0;
    for (const id of members.known(file)) {
      const before = this.#entries.get(id);
      if (before === undefined || !isFirst(id) || before.found.signature === signature) continue;
      stop(before.record.key, pastOfEntry(before));
    }
    // Since a start, those that the state says it declared.
    for (const policy of this.#recalled.has(file) ? [] : await members.stored(file, signal)) {
      const { namespace, name } = policy.metadata;
      if (this.get({ namespace, name }) === undefined && isFirst(keyString({ namespace, name })))
        stop({ namespace, name }, pastOfStored(policy));
    }
    return stopped;
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

/** What the state remembers of the policy that the document declares. */
function pastFor({ policy }: PolicyDocument, stored: StoredPolicy | undefined): RememberedPolicy {
  return pastOfStored(memoryFor(stored, policy && claimOf(policy.spec)));
}

/** Why the file is no proof that a policy went from it: a file that was cut off is seldom wrong in one document only. */
function faultOf({ fault, documents }: ScannedFile): string | undefined {
  return fault ?? documents.find(({ policy }) => policy === undefined)?.faults.join('; ');
}
