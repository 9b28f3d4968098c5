/**
 * One look at a folder of policy files. A file counts only when two looks in a row find it the same: an editor or a copy
 * that is half way through would otherwise be read as a policy without its last sections, and their guards.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_POLICY_BYTES, readPolicyDocuments, type PolicyDocument } from './document.js';

const POLICY_FILE = /\.(ya?ml|json)$/i;

export interface ScannedFile {
  name: string;
  /** Moves when the file is touched. */
  signature: string;
  documents: PolicyDocument[];
  /** Set where the file could not be read at all. */
  fault?: string;
}

export interface Scan {
  files: ScannedFile[];
  /** True where a file was seen changing, so that another look is due soon. */
  unsettled: boolean;
}

export class FolderScanner {
  readonly #folder: string;
  #seen = new Map<string, string>();
  #read = new Map<string, ScannedFile>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Throws what the file system throws where the folder itself cannot be listed: that proves nothing about its files. */
  async scan(signal: AbortSignal): Promise<Scan> {
    const names = (await readdir(this.#folder))
      .filter((name) => POLICY_FILE.test(name) && !name.startsWith('.'))
      .sort();
    const signatures = new Map<string, string>();
    const files: ScannedFile[] = [];
    let unsettled = false;
    for (const name of names) {
      signal.throwIfAborted();
      const signature = await this.#signature(name);
      if (signature === undefined) continue;
      signatures.set(name, signature);
      const before = this.#read.get(name);
      const settled = this.#seen.get(name) === signature;
      unsettled ||= !settled;
      if (settled && before?.signature !== signature) files.push(await this.#open(name, signature));
      else if (before !== undefined) files.push(before);
    }
    this.#seen = signatures;
    this.#read = new Map(files.map((file) => [file.name, file]));
    return { files, unsettled };
  }

  /** The documents of a file as last read; none where there is no such file. */
  documents(name: string): readonly PolicyDocument[] {
    return this.#read.get(name)?.documents ?? [];
  }

  /** Follows links, as a mounted ConfigMap needs; undefined where there is no such file (any more). */
  async #signature(name: string): Promise<string | undefined> {
    try {
      const { ino, size, mtimeMs } = await stat(join(this.#folder, name));
      return `${ino}:${size}:${mtimeMs}`;
    } catch {
      return undefined;
    }
  }

  async #open(name: string, signature: string): Promise<ScannedFile> {
    try {
      const path = join(this.#folder, name);
      const { size } = await stat(path).then((entry) => (entry.isFile() ? entry : { size: -1 }));
      if (size < 0) return { name, signature, documents: [] };
      if (size > MAX_POLICY_BYTES)
        return { name, signature, documents: [], fault: `larger than ${MAX_POLICY_BYTES} bytes` };
      return { name, signature, documents: readPolicyDocuments(await readFile(path, 'utf8')) };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
      return { name, signature, documents: [], fault: `cannot be read: ${code}` };
    }
  }
}
