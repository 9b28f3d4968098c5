/**
 * What happens with a wait whose end is known: a short one is waited for in place, with a word about it; a long one is
 * an error that carries the time, so that a worker can do something else until then.
 */
import { Plus1Error } from '../../errors/index.js';
import { reasonOf, type Clock, type Sleep } from './sleep.js';

export interface Wait {
  untilMs: number;
  /** Half a sentence for people: `GitHub's rate limit is reached`. */
  why: string;
}

export interface PatienceOptions {
  /** 0: never wait in place. */
  maxWaitMs: number;
  onWait?: ((wait: Wait) => void) | undefined;
  clock: Clock;
  sleep: Sleep;
}

export class Patience {
  readonly #options: PatienceOptions;
  #told = 0;

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  /** Returns when the wait is over, or throws PLUS1_RATE_LIMITED at once where it is too long. */
  async sitOut(wait: Wait, signal: AbortSignal): Promise<void> {
    const { clock, maxWaitMs, sleep } = this.#options;
    const ms = wait.untilMs - clock();
    if (ms <= 0) return;
    if (ms > maxWaitMs) throw rateLimited(wait);
    if (signal.aborted) throw reasonOf(signal);
    this.#tellOnce(wait);
    await sleep(ms, signal);
  }

  /** Several requests sit out the same wait; people are told once. */
  #tellOnce(wait: Wait): void {
    if (wait.untilMs <= this.#told) return;
    this.#told = wait.untilMs;
    this.#options.onWait?.(wait);
  }
}

/** The error of a wait that is not waited for. */
export function rateLimited(wait: Wait): Plus1Error {
  const at = new Date(Math.ceil(wait.untilMs / 1_000) * 1_000).toISOString().replace('.000Z', 'Z');
  return new Plus1Error('PLUS1_RATE_LIMITED', `${wait.why}: try again at ${at}`, { retryAt: wait.untilMs });
}
