/**
 * How long a failing key waits: each failure doubles it. Hazard: a key that is never forgotten stays in memory and
 * starts its next trouble with the wait of the last.
 */

/** Flux's numbers (`--min-retry-delay`, `--max-retry-delay`): an API with an hourly quota must not be hammered. */
export const FIRST_BACKOFF_MS = 750;
const LONGEST_BACKOFF_MS = 15 * 60_000;

export interface BackoffOptions {
  /** Default 750 ms. */
  firstMs?: number;
  /** Default 15 min. */
  longestMs?: number;
}

export class Backoff {
  readonly #failures = new Map<string, number>();
  readonly #firstMs: number;
  readonly #longestMs: number;

  constructor({ firstMs = FIRST_BACKOFF_MS, longestMs = LONGEST_BACKOFF_MS }: BackoffOptions = {}) {
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
  }

  /** Counts a failure and tells how long to wait after it. */
  when(key: string): number {
    const ms = this.next(key);
    this.#failures.set(key, this.failures(key) + 1);
    return ms;
  }

  /** How long it would wait after a failure now. */
  next(key: string): number {
    return Math.min(this.#firstMs * 2 ** this.failures(key), this.#longestMs);
  }

  /** The next failure of the key is its first. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** Failures in a row. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }
}
