/**
 * Which policies a file of the folder declared, for a file that says it no more. Made once for a look: with a broken file in
 * thousands, each would otherwise go through all policies, and read the whole state folder.
 */
import type { FolderEntry } from './entry.js';
import { isKeptMemory } from '../kept-memory.js';
import { keyString } from '../key.js';
import type { StateFolder } from './state.js';
import type { StoredPolicy } from '../stored-policy.js';

export class FileMembers {
  readonly #known = new Map<string, string[]>();
  readonly #state: StateFolder;
  #stored: Promise<Map<string, StoredPolicy[]>> | undefined;

  constructor(entries: Iterable<FolderEntry>, state: StateFolder) {
    for (const { found, record } of entries) put(this.#known, found.file, keyString(record.key));
    this.#state = state;
  }

  /** Ids of the policies that it declared when it was last read. */
  known(file: string): readonly string[] {
    return this.#known.get(file) ?? [];
  }

  /** Those that came from it by the state that lies there. None where the state cannot be listed. */
  async stored(file: string, signal: AbortSignal): Promise<readonly StoredPolicy[]> {
    this.#stored ??= this.#list(signal);
    return (await this.#stored).get(file) ?? [];
  }

  async #list(signal: AbortSignal): Promise<Map<string, StoredPolicy[]>> {
    const { policies } = await this.#state.list(signal).catch(() => ({ policies: [] }));
    const byFile = new Map<string, StoredPolicy[]>();
    // One that went from a sound file does not come back with a broken one.
    for (const policy of policies)
      if (policy.origin !== undefined && !isKeptMemory(policy)) put(byFile, policy.origin.file, policy);
    return byFile;
  }
}

function put<T>(lists: Map<string, T[]>, file: string, value: T): void {
  const list = lists.get(file);
  if (list === undefined) lists.set(file, [value]);
  else list.push(value);
}
