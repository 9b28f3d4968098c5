/**
 * What this process saw last at each path, by its hash: the memory that it decides by. A text that it did not put there is an
 * older copy, or an edit, of somebody who did not stop the process: its clocks and its window are not those of now.
 */
import { sha256 } from '../../base/index.js';

/** The hashes that may be found there: more than one while a write runs, and after one that failed. */
export interface Expected {
  readonly hashes: ReadonlySet<string>;
  readonly isWriting: boolean;
}

/** Of a file that is not there. No text has it. */
const ABSENT = '';

export class LastText {
  readonly #expected = new Map<string, Expected>();

  /** Taken before a read: a write may end while the read is under way, and the read then shows what was there before. */
  expected(path: string): Expected | undefined {
    return this.#expected.get(path);
  }

  /**
   * After a read; undefined: there is no such file. False where somebody else changed it. The first read of a path is believed, and
   * from then on the path is watched.
   */
  isOurs(path: string, text: string | undefined, before: Expected | undefined): boolean {
    const now = this.#expected.get(path);
    const hash = hashOf(text);
    // Whether a write that failed took place is known once nobody writes: either text is ours until then, and one from then on.
    if (now === undefined || (now === before && !now.isWriting && now.hashes.has(hash))) {
      this.#expected.set(path, { hashes: new Set([hash]), isWriting: false });
      return true;
    }
    return now.hashes.has(hash) || before?.hashes.has(hash) === true;
  }

  /** Runs a write. Only of a path that is watched what it leaves is remembered. One write at a time and path. */
  async during(path: string, text: string, write: () => Promise<void>): Promise<void> {
    const before = this.#expected.get(path);
    if (before === undefined) return write();
    const hash = hashOf(text);
    const either = new Set([...before.hashes, hash]);
    const during = { hashes: either, isWriting: true };
    this.#expected.set(path, during);
    let hashes = either;
    try {
      await write();
      hashes = new Set([hash]);
    } finally {
      // Unless the policy was forgotten meanwhile.
      if (this.#expected.get(path) === during) this.#expected.set(path, { hashes, isWriting: false });
    }
  }

  /** The path is watched no more: whatever lies there next is believed. */
  forget(path: string): void {
    this.#expected.delete(path);
  }
}

function hashOf(text: string | undefined): string {
  return text === undefined ? ABSENT : sha256(text);
}
