/**
 * Until when the write of a pass may leave. What is kept of a write is the time of its intent: one that waited longer than its owner
 * reckons with (for its turn, for a token) would be taken for too old to be applied while it has just been sent.
 */
import { Plus1Error } from '../../errors/index.js';
import type { PassTime } from './pass-time.js';

export class LatestSend {
  readonly #time: Pick<PassTime, 'now'>;
  #untilMs = Number.POSITIVE_INFINITY;

  constructor(time: Pick<PassTime, 'now'>) {
    this.#time = time;
  }

  /** Writes of `work` leave until then, by the time of the pass, or not at all. */
  async during<T>(untilMs: number, work: () => Promise<T>): Promise<T> {
    this.#untilMs = untilMs;
    try {
      return await work();
    } finally {
      this.#untilMs = Number.POSITIVE_INFINITY;
    }
  }

  /** Throws PLUS1_TIMEOUT where it is too late for a write. GitHub has not seen it then. */
  require(): void {
    if (this.#time.now() <= this.#untilMs) return;
    throw new Plus1Error('PLUS1_TIMEOUT', 'the write waited too long for its turn; it was not sent', {
      fix: 'nothing to do: the next pass plans it again',
    });
  }
}
