/**
 * One write at a time for each path, in the order in which they were asked for. A write that a slow disk holds for longer than its
 * pass waits would otherwise end after the next one, and put an older memory in the place of a newer.
 */
import { unlessAborted } from '../../base/index.js';

export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /**
   * Rejects as soon as the signal aborts, also while an earlier write or its own hangs: a pass must end in its time, whatever the disk
   * does. A write that was given up before its turn is not begun. One that was given up in its turn keeps it until it has ended.
   */
  async take(path: string, write: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const turn = (this.#last.get(path) ?? Promise.resolve()).then(() => {
      signal.throwIfAborted();
      return write();
    });
    // The next one has its turn however this one ends.
    const ended = turn
      .catch(() => undefined)
      .then(() => {
        if (this.#last.get(path) === ended) this.#last.delete(path);
      });
    this.#last.set(path, ended);
    await unlessAborted(turn, signal);
  }
}
