/**
 * One look at a folder of policy files. A file counts only when several looks in a row find it the same, or when it is old:
 * an editor or a copy that is half way through would otherwise be read as a policy without its last sections, and their
 * guards. Until then it counts as it was last read.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_POLICY_BYTES, readPolicyDocuments, type DocumentDefaults, type PolicyDocument } from './document.js';

const POLICY_FILE = /\.(ya?ml|json)$/i;
/** Two gaps between looks without a change: a writer that pauses for longer than one of them is still waited for. */
const EQUAL_LOOKS = 3;
/** Nobody is still writing to it. Longer than clocks of a file server and of this machine usually differ. */
const OLD_MS = 10_000;
/** Comments, blanks and document marks: nothing is stated. */
const BLANK = /^(?:\s|#[^\n]*|---|\.\.\.)*$/;

export interface ScannedFile {
  name: string;
  /** Moves when the file is touched. */
  signature: string;
  documents: PolicyDocument[];
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
      const read = sight.isOld || looks >= EQUAL_LOOKS ? await this.#open(name, sight) : undefined;
      unsettled ||= read === undefined;
      const counts = read ?? before;
      if (counts !== undefined) files.push(counts);
    }
    this.#seen = seen;
    this.#read = new Map(files.map((file) => [file.name, file]));
    return { files, unsettled };
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
      const code = codeOf(error);
      // Only what is proved gone is gone: a file server that answers with an error would delete every policy.
      if (code === 'ENOENT') return undefined;
      return { signature: `fault:${code}`, isOld: true, fault: `it cannot be read: ${code}` };
    }
  }

  /** Undefined where it changed under our hands. */
  async #open(name: string, { signature, fault }: Sight): Promise<ScannedFile | undefined> {
    if (fault !== undefined) return { name, signature, documents: [], fault };
    const file = await this.#parse(name, signature);
    return (await this.#sight(name))?.signature === signature ? file : undefined;
  }

  async #parse(name: string, signature: string): Promise<ScannedFile> {
    const path = join(this.#folder, name);
    const unread = (fault?: string): ScannedFile => ({ name, signature, documents: [], ...(fault && { fault }) });
    try {
      const entry = await stat(path);
      if (!entry.isFile()) return unread();
      if (entry.size > MAX_POLICY_BYTES) return unread(`it is larger than ${MAX_POLICY_BYTES} bytes`);
      const text = await readFile(path, 'utf8');
      // What a full disk leaves of a file that was being saved.
      if (BLANK.test(text)) return unread('it is empty');
      return { name, signature, documents: readPolicyDocuments(text, this.#defaults) };
    } catch (error) {
      return unread(`it cannot be read: ${codeOf(error)}`);
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
}
