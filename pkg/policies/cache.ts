/**
 * What may be forgotten: facts kept beside the state so that the next pass need not ask again. A cache that is missing,
 * torn, too large or of another version is no cache; it is built again, and nothing is lost but time.
 * The folder's name begins with a dot, which no namespace can: it never meets a policy's state.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { keepFile, readBoundedLines, removeFile, unlessAborted, type WritePart } from '../base/index.js';
import type { PolicyKey } from './key.js';
import { headOf, LineReader, linesOf, MAX_LINE_BYTES, type Only } from './line-file.js';
import type { PackedItems } from './packed-items.js';

/** 100,000 repositories need some 40 MB; beyond this a cache costs more memory than it saves requests. */
const MAX_CACHE_BYTES = 268_435_456;

/** What becomes of the list of a file: `kept` says of each of its items what it is now, or that it goes; `fresh` come behind them. */
export interface ListRewrite {
  /** All but the list. */
  head: object;
  list: string;
  /** How many items stay. */
  stay: number;
  kept: (item: unknown) => object | undefined;
  fresh: PackedItems;
}

export class CacheFolder {
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #beforeWrite: (() => void) | undefined;
  #hasRoom: (key: PolicyKey, bytes: number) => Promise<boolean> = () => Promise.resolve(true);

  /**
   * `beforeWrite`: throws where this process may not write (any more). Verdicts of one that lost the lock are older than those that
   * the next holder keeps: it would read again what it has read. `name`: of the folder in the state folder. `maxBytes`: of a file.
   */
  constructor(stateFolder: string, beforeWrite?: () => void, name = '.cache', maxBytes = MAX_CACHE_BYTES) {
    this.#folder = join(stateFolder, name);
    this.#maxBytes = maxBytes;
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
      await this.#read(key, (line) => reader.take(line), signal);
      return reader.end();
    } catch {
      return undefined;
    }
  }

  async #read(key: PolicyKey, take: (line: Uint8Array) => void | Promise<void>, signal: AbortSignal): Promise<void> {
    const reading = { maxBytes: this.#maxBytes, maxLineBytes: MAX_LINE_BYTES, signal };
    // A file server that does not answer must not hold the process.
    await unlessAborted(readBoundedLines(this.#path(key), reading, take), signal);
  }

  /**
   * As `load`, but hands over the items of one list, some at a time, and has none of them in what it returns: the list may be larger than
   * the memory. Where it returns undefined, what it handed over counts for nothing. Never throws.
   */
  async scan(
    key: PolicyKey,
    list: string,
    take: (items: readonly unknown[]) => void,
    signal: AbortSignal,
  ): Promise<unknown> {
    try {
      return await this.#scan(key, list, take, signal);
    } catch {
      return undefined;
    }
  }

  async #scan(
    key: PolicyKey,
    list: string,
    take: (items: readonly unknown[]) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<unknown> {
    let items: unknown[] = [];
    const isWanted = (item: unknown): boolean => {
      items.push(item);
      return false;
    };
    const reader = new LineReader({ list, isWanted });
    const takeLine = (line: Uint8Array): void | Promise<void> => {
      reader.take(line);
      const read = items;
      items = [];
      return read.length === 0 ? undefined : take(read);
    };
    await this.#read(key, takeLine, signal);
    return reader.end();
  }

  /** Keeps it, where it is not too large. Throws what the file system throws, and where this process may not write. */
  async save(key: PolicyKey, value: object, signal: AbortSignal): Promise<void> {
    this.#beforeWrite?.();
    const { bytes, parts } = linesOf(value);
    if (bytes > this.#maxBytes || !(await this.#hasRoom(key, bytes))) return;
    await keepFile(this.#path(key), parts, { signal, beforeRename: this.#beforeWrite });
  }

  /** Writes a list again, a line of it in memory at a time: the old file stands until the new one is whole. Throws as `save` does. */
  async rewrite(key: PolicyKey, { head, list, stay, kept, fresh }: ListRewrite, signal: AbortSignal): Promise<void> {
    this.#beforeWrite?.();
    const before = stay === 0 ? 0 : (await stat(this.#path(key))).size;
    const bytes = before + fresh.bytes;
    if (bytes > this.#maxBytes || !(await this.#hasRoom(key, bytes))) return;
    const make = async (write: WritePart): Promise<void> => {
      await write(headOf(head, list, stay + fresh.count));
      let written = 0;
      const copy = (items: readonly unknown[]): Promise<void> | void => {
        const those = items.flatMap((item) => kept(item) ?? []);
        written += those.length;
        return those.length === 0 ? undefined : write(`\n${JSON.stringify(those)}`);
      };
      if (stay > 0) await this.#scan(key, list, copy, signal);
      if (written !== stay) throw new Error(`the file has ${written} of the ${stay} items that it had a moment ago`);
      for (const line of fresh.lines()) await write(line);
    };
    await keepFile(this.#path(key), make, { signal, beforeRename: this.#beforeWrite });
  }

  async remove(key: PolicyKey): Promise<void> {
    this.#beforeWrite?.();
    await removeFile(this.#path(key));
  }
}
