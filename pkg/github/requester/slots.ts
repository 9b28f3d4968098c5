/** Places for the requests of one credential, and the pace of its writes. */
import { setMaxListeners } from 'node:events';
import { abortReason } from '../../base/index.js';

/** https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests */
const WRITE_SPACING_MS = 1_000;

/** Places for requests in flight, first come first served. */
export class Slots {
  readonly #size: () => number;
  #taken = 0;
  readonly #queue: (() => void)[] = [];
  #lastWriteMs = Number.NEGATIVE_INFINITY;

  /** `size`: how many places there are now; asked whenever somebody comes or goes. */
  constructor(size: () => number) {
    this.#size = size;
  }

  /** Runs `work` in a place; leaves the queue as soon as the signal is aborted. `isFirst`: the next place is its own. */
  async run<T>(work: () => Promise<T>, signal: AbortSignal, { isFirst = false } = {}): Promise<T> {
    await this.#enter(signal, isFirst);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  /** How long a write has to wait. `nowMs` by the monotonic clock. */
  untilWrite(nowMs: number): number {
    return Math.max(0, this.#lastWriteMs + WRITE_SPACING_MS - nowMs);
  }

  /** The same; from now on the next one counts from this one. */
  claimWrite(nowMs: number): number {
    const waitMs = this.untilWrite(nowMs);
    this.#lastWriteMs = nowMs + waitMs;
    return waitMs;
  }

  async #enter(signal: AbortSignal, isFirst: boolean): Promise<void> {
    if (signal.aborted) throw abortReason(signal);
    if (this.#queue.length === 0 && this.#taken < this.#size()) {
      this.#taken += 1;
      return;
    }
    // A queue of requests listens to the one signal of its pass; Node takes more than ten listeners for a leak.
    setMaxListeners(0, signal);
    await new Promise<void>((resolve, reject) => {
      const turn = (): void => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      const abort = (): void => {
        this.#queue.splice(this.#queue.indexOf(turn), 1);
        reject(abortReason(signal));
      };
      if (isFirst) this.#queue.unshift(turn);
      else this.#queue.push(turn);
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** The place goes straight to the next in line, so that nobody who comes later slips in between; there may be more places by now, or fewer. */
  #leave(): void {
    this.#taken -= 1;
    while (this.#taken < this.#size()) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#taken += 1;
      next();
    }
  }
}
