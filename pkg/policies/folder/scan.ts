/**
 * One look at a folder of policy files. A file counts only when several looks in a row find it the same, or when it is old:
 * an editor or a copy that is half way through would otherwise be read as a policy without its last sections, and their
 * guards. Until then it counts as it was last read.
 */
import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, faultText, FileFault, ownTurn, readBoundedText } from '../../base/index.js';
import { isBlank } from '../../text/index.js';
import {
  MAX_POLICY_BYTES,
  readDocuments,
  type DocumentDefaults,
  type InputDocument,
  type PolicyDocument,
} from './document.js';

const POLICY_FILE = /\.(ya?ml|json)$/i;
/** Two gaps between looks without a change: a writer that pauses for longer than one of them is still waited for. */
const EQUAL_LOOKS = 3;
/** Nobody is still writing to it. Longer than clocks of a file server and of this machine usually differ. */
const OLD_MS = 10_000;

export interface ScannedFile {
  name: string;
  /** Moves when the file is touched. */
  signature: string;
  documents: PolicyDocument[];
  /** Of kinds that are inputs of passes. */
  inputs: InputDocument[];
  /** Set where the file says nothing that can be read. */
  fault?: string;
}

export interface Scan {
  files: ScannedFile[];
  /** True where a file was seen changing, so that another look is due soon. */
  unsettled: boolean;
}

interface Sight {
  signature: string;
  isOld: boolean;
  fault?: string;
}

export class FolderScanner {
  readonly #folder: string;
  readonly #clock: () => number;
  readonly #defaults: DocumentDefaults;
  #seen = new Map<string, { signature: string; looks: number }>();
  #read = new Map<string, ScannedFile>();

  /** `clock`: Unix ms. */
  constructor(folder: string, clock: () => number, defaults: DocumentDefaults = {}) {
    this.#folder = folder;
    this.#clock = clock;
    this.#defaults = defaults;
  }

  /** Throws what the file system throws where the folder itself cannot be listed: that proves nothing about its files. */
  async scan(signal: AbortSignal): Promise<Scan> {
    const names = (await readdir(this.#folder))
      .filter((name) => POLICY_FILE.test(name) && !name.startsWith('.'))
      .sort();
    const seen = new Map<string, { signature: string; looks: number }>();
    const files: ScannedFile[] = [];
    let unsettled = false;
    for (const name of names) {
      signal.throwIfAborted();
      const sight = await this.#sight(name);
      if (sight === undefined) continue;
      const before = this.#read.get(name);
      const looks = this.#looksAt(name, sight);
      seen.set(name, { signature: sight.signature, looks });
      if (before?.signature === sight.signature) {
        files.push(before);
        continue;
      }
      const read = sight.isOld || looks >= EQUAL_LOOKS ? await this.#open(name, sight, signal) : undefined;
      unsettled ||= read === undefined;
      const counts = read ?? before;
      if (counts !== undefined) files.push(counts);
    }
    this.#seen = seen;
    this.#read = new Map(files.map((file) => [file.name, file]));
    return { files, unsettled };
  }

  /** The file is no more as it was when it had that signature: a look has not seen it yet, or waits until nobody writes to it. */
  async hasMoved({ file, signature }: { file: string; signature: string }): Promise<boolean> {
    return (await this.#sight(file))?.signature !== signature;
  }

  /**
   * What the file declares now, whether or not somebody still writes to it: nothing where it went or cannot be read. Undefined where the
   * folder itself cannot be listed.
   */
  async declared(name: string, signal: AbortSignal): Promise<readonly PolicyDocument[] | undefined> {
    const sight = await this.#sight(name);
    if (sight === undefined) return (await isListable(this.#folder)) ? [] : undefined;
    return sight.fault === undefined ? (await this.#parse(name, sight.signature, signal)).documents : [];
  }

  #looksAt(name: string, { signature }: Sight): number {
    const before = this.#seen.get(name);
    return before?.signature === signature ? before.looks + 1 : 1;
  }

  /** Follows links, as a mounted ConfigMap needs; undefined where there is no such file (any more). */
  async #sight(name: string): Promise<Sight | undefined> {
    try {
      const { ino, size, mtimeMs, ctimeMs } = await stat(join(this.#folder, name));
      return { signature: `${ino}:${size}:${mtimeMs}`, isOld: this.#clock() - ctimeMs >= OLD_MS };
    } catch (error) {
      // Only what is proved gone is gone: a file server that answers with an error would delete every policy, and so
      // would a volume that is not mounted where a link leads to it.
      if (errnoOf(error) !== 'ENOENT') return unreadable(errnoOf(error) ?? 'fault', faultText(error));
      return this.#sightOfNothing(name);
    }
  }

  async #sightOfNothing(name: string): Promise<Sight | undefined> {
    try {
      await lstat(join(this.#folder, name));
      return unreadable('dangling', 'it is a link that leads nowhere');
    } catch (error) {
      return errnoOf(error) === 'ENOENT' ? undefined : unreadable(errnoOf(error) ?? 'fault', faultText(error));
    }
  }

  /** Undefined where it changed under our hands. */
  async #open(name: string, { signature, fault }: Sight, signal: AbortSignal): Promise<ScannedFile | undefined> {
    if (fault !== undefined) return { name, signature, documents: [], inputs: [], fault };
    const file = await this.#parse(name, signature, signal);
    return (await this.#sight(name))?.signature === signature ? file : undefined;
  }

  async #parse(name: string, signature: string, signal: AbortSignal): Promise<ScannedFile> {
    const path = join(this.#folder, name);
    const unread = (fault?: string): ScannedFile => ({
      ...{ name, signature, documents: [], inputs: [] },
      ...(fault && { fault }),
    });
    try {
      const text = await readBoundedText(path, { maxBytes: MAX_POLICY_BYTES, signal });
      // What a full disk leaves of a file that was being saved.
      if (isBlank(text)) return unread('it is empty');
      await ownTurn();
      signal.throwIfAborted();
      const { policies: documents, inputs } = readDocuments(text, this.#defaults);
      return { name, signature, documents, inputs };
    } catch (error) {
      if (signal.aborted) throw error;
      // A folder declares nothing, whatever its name. Anything else that stands there may have taken a file's place.
      if (error instanceof FileFault && error.code === 'EISDIR') return unread();
      if (error instanceof FileFault && error.code === 'TOO_LARGE') return unread(error.message);
      return unread(`it cannot be read: ${faultText(error)}`);
    }
  }
}

const isListable = (folder: string): Promise<boolean> =>
  readdir(folder).then(
    () => true,
    () => false,
  );

const unreadable = (code: string, why: string): Sight => ({
  signature: `fault:${code}`,
  isOld: true,
  fault: `it cannot be read: ${why}`,
});
