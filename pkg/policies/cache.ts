/**
 * What may be forgotten: facts kept beside the state so that the next pass need not ask again. A cache that is missing,
 * torn, too large or of another version is no cache; it is built again, and nothing is lost but time.
 * The folder's name begins with a dot, which no namespace can: it never meets a policy's state.
 */
import { join } from 'node:path';
import { keepFile, readBoundedLines, removeFile, unlessAborted } from '../base/index.js';
import type { PolicyKey } from './key.js';
import { LineReader, linesOf, MAX_LINE_BYTES, type Only } from './line-file.js';

/** 100,000 repositories need some 40 MB; beyond this a cache costs more memory than it saves requests. */
const MAX_CACHE_BYTES = 268_435_456;

export class CacheFolder {
  readonly #folder: string;
  readonly #beforeWrite: (() => void) | undefined;
  #hasRoom: (key: PolicyKey, bytes: number) => Promise<boolean> = () => Promise.resolve(true);

  /**
   * `beforeWrite`: throws where this process may not write (any more). Verdicts of one that lost the lock are older than those that
   * the next holder keeps: it would read again what it has read. `name`: of the folder in the state folder.
   */
  constructor(stateFolder: string, beforeWrite?: () => void, name = '.cache') {
    this.#folder = join(stateFolder, name);
    this.#beforeWrite = beforeWrite;
  }

  /** Asked before each file: where it says no, nothing is kept. What can be made again leaves its room to journal and state. */
  askForRoom(hasRoom: (key: PolicyKey, bytes: number) => Promise<boolean>): this {
    this.#hasRoom = hasRoom;
    return this;
  }

  #path(key: PolicyKey): string {
    return join(this.#folder, encodeURIComponent(key.namespace), `${encodeURIComponent(key.name)}.json`);
  }

  /** What was saved, or undefined. `only`: of one list the items that are wanted alone. Never throws. */
  async load(key: PolicyKey, signal: AbortSignal, only?: Only): Promise<unknown> {
    try {
      const reader = new LineReader(only);
      const reading = { maxBytes: MAX_CACHE_BYTES, maxLineBytes: MAX_LINE_BYTES, signal };
      const work = readBoundedLines(this.#path(key), reading, (line) => reader.take(line));
      // A file server that does not answer must not hold the process.
      await unlessAborted(work, signal);
      return reader.end();
    } catch {
      return undefined;
    }
  }

  /** Keeps it, where it is not too large. Throws what the file system throws, and where this process may not write. */
  async save(key: PolicyKey, value: object, signal: AbortSignal): Promise<void> {
    this.#beforeWrite?.();
    const { bytes, parts } = linesOf(value);
    if (bytes > MAX_CACHE_BYTES || !(await this.#hasRoom(key, bytes))) return;
    await keepFile(this.#path(key), parts, { signal, beforeRename: this.#beforeWrite });
  }

  async remove(key: PolicyKey): Promise<void> {
    this.#beforeWrite?.();
    await removeFile(this.#path(key));
  }
}
