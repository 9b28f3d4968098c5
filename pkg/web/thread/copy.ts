/** The policies as the thread of the page has them: asked for when somebody reads, and no more often than people can see. */
import type { Clock } from '../../base/index.js';
import type { PolicyRecord } from '../../policies/index.js';
import type { Following } from '../source.js';
import { withDifference } from './difference.js';
import type { PoliciesNow } from './messages.js';

/** So long an answer is taken for what is so now, ms. However many read, the passes are asked five times a second. */
export const FRESH_MS = 200;

export class PolicyCopy {
  readonly #ask: () => void;
  readonly #clock: Clock;
  #policies: readonly PolicyRecord[] = [];
  #following: Following | undefined;
  #askedMs = -Infinity;
  #answer: Promise<void> | undefined;
  #answered: (() => void) | undefined;

  /** `ask`: each is followed by one `take`. */
  constructor(ask: () => void, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  list(): readonly PolicyRecord[] {
    return this.#policies;
  }

  get following(): Following | undefined {
    return this.#following;
  }

  /** Who comes while an answer is waited for waits for the same one. */
  refresh(): Promise<void> {
    if (this.#answer === undefined && this.#clock.monotonic() - this.#askedMs < FRESH_MS) return Promise.resolve();
    this.#answer ??= new Promise((resolve) => {
      this.#answered = resolve;
      this.#askedMs = this.#clock.monotonic();
      this.#ask();
    });
    return this.#answer;
  }

  take({ difference, following }: PoliciesNow): void {
    if (difference !== undefined) this.#policies = withDifference(this.#policies, difference);
    this.#following = following;
    this.#answered?.();
    this.#answer = undefined;
  }
}
