/**
 * One write at a time for each path, in the order in which they were asked for. A write that a slow disk holds for longer than its
 * pass waits would otherwise end after the next one, and put an older memory in the place of a newer.
 */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  async take(path: string, write: () => Promise<void>): Promise<void> {
    const turn = (this.#last.get(path) ?? Promise.resolve()).then(write);
    // The next one has its turn however this one ends.
    const ended = turn.catch(() => undefined);
    this.#last.set(path, ended);
    try {
      await turn;
    } finally {
      if (this.#last.get(path) === ended) this.#last.delete(path);
    }
  }
}
