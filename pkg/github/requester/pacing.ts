/** Few requests at once, and writes apart from each other, for all users of one credential together. */
import { setMaxListeners } from 'node:events';
import { abortReason, type Clock, type Sleep } from '../../base/index.js';
import { isWrite, type Interceptor } from './exchange.js';

export const DEFAULT_CONCURRENCY = 2;

/** GitHub wants requests one after the other; its secondary limits count processor time. Five is where that begins to hurt. */
export const MAX_CONCURRENCY = 5;

/** https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests */
const WRITE_SPACING_MS = 1_000;

/** Places for requests in flight, first come first served. */
export class Slots {
  readonly size: number;
  #free: number;
  readonly #queue: (() => void)[] = [];
  #lastWriteMs = Number.NEGATIVE_INFINITY;

  constructor(size: number) {
    this.size = Math.min(MAX_CONCURRENCY, Math.max(1, Math.trunc(size)));
    this.#free = this.size;
  }

  /** Runs `work` in a place; leaves the queue as soon as the signal is aborted. */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#enter(signal);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  /** How long a write has to wait; from now on the next one counts from this one. `nowMs` by the monotonic clock. */
  claimWrite(nowMs: number): number {
    const at = Math.max(nowMs, this.#lastWriteMs + WRITE_SPACING_MS);
    this.#lastWriteMs = at;
    return at - nowMs;
  }

  async #enter(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw abortReason(signal);
    if (this.#free > 0) {
      this.#free -= 1;
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
      this.#queue.push(turn);
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** The place goes straight to the next in line, so that nobody who comes later slips in between. */
  #leave(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

/** Holds one place for as long as the request is in flight. */
export function pacing(options: { slots: Slots; clock: Clock; sleep: Sleep }): Interceptor {
  const { slots, clock, sleep } = options;
  return (next) => (request) =>
    slots.run(async () => {
      const waitMs = isWrite(request) ? slots.claimWrite(clock.monotonic()) : 0;
      if (waitMs > 0) await sleep(waitMs, request.signal);
      return next(request);
    }, request.signal);
}
