/** How many deliveries with a wrong signature one source may send: 50 in a second. */
import { LRU, type Clock } from '../base/index.js';

const MOST_A_SECOND = 50;
const SECOND_MS = 1_000;
/** Sources that are counted at the same time. */
const MAX_SOURCES = 1_000;

export class ForgeryRate {
  readonly #clock: Clock;
  readonly #sources = new LRU<{ startMs: number; count: number }>(MAX_SOURCES);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts one more; true where there were too many. */
  isOver(source: string): boolean {
    const nowMs = this.#clock.monotonic();
    const known = this.#sources.get(source);
    const window = known !== undefined && nowMs - known.startMs < SECOND_MS ? known : { startMs: nowMs, count: 0 };
    window.count += 1;
    this.#sources.set(source, window);
    return window.count > MOST_A_SECOND;
  }
}
