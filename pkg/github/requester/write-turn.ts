/**
 * The turn of a write among all writes of its credential. A ruleset is read just before it is written, and what somebody changes between
 * the two is lost. So a write waits first, for its turn and for its place, and is prepared only then: were it the other way round, all
 * that others of the same credential ask GitHub would lie between the read and the write.
 */
import type { Clock, Sleep } from '../../base/index.js';
import type { Slots } from './slots.js';

export interface WriteTurnOptions {
  slots: Slots;
  /** One place: writers stand in a line of their own. */
  writers: Slots;
  clock: Clock;
  sleep: Sleep;
}

/** That of one pass. */
export class WriteTurn {
  readonly #options: WriteTurnOptions;
  #isHeld = false;

  constructor(options: WriteTurnOptions) {
    this.#options = options;
  }

  /** True while the requests of this pass have a place that is kept for them. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /**
   * Runs `work` in its turn: a second after the write before it, in a place that it need not leave. It is first in line for a place, since
   * all other writers wait for it; there is never more than one such.
   */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const { slots, writers, clock, sleep } = this.#options;
    return writers.run(async () => {
      const waitMs = slots.untilWrite(clock.monotonic());
      if (waitMs > 0) await sleep(waitMs, signal);
      return slots.run(() => this.#hold(work), signal, { isFirst: true });
    }, signal);
  }

  async #hold<T>(work: () => Promise<T>): Promise<T> {
    this.#isHeld = true;
    try {
      return await work();
    } finally {
      this.#isHeld = false;
    }
  }
}
