/**
 * At most so many issues and comments a minute, for all that share a credential. GitHub takes 80 a minute and 500 an hour of what makes
 * content, and notifies people of each: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */
import type { Clock, Sleep } from '../../base/index.js';

const MOST = 20;
/** A second more than a minute: each write may wait a second for the one before it once it was counted here. */
const WINDOW_MS = 61_000;

export class IssuePace {
  /** When the last ones left, by the monotonic clock. */
  #sent: number[] = [];

  /** Waits until one more may leave, and counts it. */
  async take({ clock, sleep }: { clock: Clock; sleep: Sleep }, signal: AbortSignal): Promise<void> {
    for (;;) {
      const now = clock.monotonic();
      this.#sent = this.#sent.filter((sentMs) => now - sentMs < WINDOW_MS);
      const oldest = this.#sent.at(-MOST);
      if (oldest === undefined) break;
      await sleep(oldest + WINDOW_MS - now, signal);
    }
    this.#sent.push(clock.monotonic());
  }
}
