/**
 * What happens with a wait whose end is known: a short one is waited for in place, with a word about it; a long one is
 * an error that carries the time, so that a worker can do something else until then.
 */
import { abortReason, type Clock, type Sleep } from '../../base/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { PassTime } from './pass-time.js';

/** The longest that a limit is believed. After it one request finds out: a time that is wrong must not stop a credential for years. */
export const LONGEST_WAIT_MS = 2 * 3_600_000;

/** A wait as it is kept. */
export interface Pause {
  /** Its end by the monotonic clock, ms. */
  endMs: number;
  /** Half a sentence for people: `GitHub's rate limit is reached`. */
  why: string;
}

/** A wait as people are told of it. */
export interface Wait {
  /** Unix ms by the local clock. */
  untilMs: number;
  why: string;
}

export interface PatienceOptions {
  /** 0: never wait in place. */
  maxWaitMs: number;
  onWait?: ((wait: Wait) => void) | undefined;
  clock: Clock;
  /** What `retryAt` of an error is told by. */
  time: PassTime;
  sleep: Sleep;
}

export class Patience {
  readonly #options: PatienceOptions;
  #told = Number.NEGATIVE_INFINITY;

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  /** Returns when the wait is over, or throws PLUS1_RATE_LIMITED at once where it is too long. */
  async sitOut(pause: Pause, signal: AbortSignal): Promise<void> {
    const { clock, maxWaitMs, sleep } = this.#options;
    const ms = pause.endMs - clock.monotonic();
    if (ms <= 0) return;
    if (ms > maxWaitMs) throw this.refusal(pause);
    if (signal.aborted) throw abortReason(signal);
    this.#tellOnce(pause, ms);
    await sleep(ms, signal);
  }

  /** The error of a wait that is not waited for. */
  refusal({ endMs, why }: Pause): Plus1Error {
    const { clock, time } = this.#options;
    const untilMs = Math.ceil(time.now() + endMs - clock.monotonic());
    const at = new Date(Math.ceil(untilMs / 1_000) * 1_000).toISOString().replace('.000Z', 'Z');
    return new Plus1Error('PLUS1_RATE_LIMITED', `${why}: try again at ${at}`, { retryAt: untilMs });
  }

  /** The wait that an error of `refusal` speaks of; undefined where the error is none. */
  pauseOf({ retryAt, message }: Plus1Error): Pause | undefined {
    if (retryAt === undefined) return undefined;
    const { clock, time } = this.#options;
    const [why = message] = message.split(': try again at');
    return { endMs: clock.monotonic() + retryAt - time.now(), why };
  }

  /** Several requests sit out the same wait; people are told once. */
  #tellOnce({ endMs, why }: Pause, ms: number): void {
    if (endMs <= this.#told) return;
    this.#told = endMs;
    this.#options.onWait?.({ untilMs: this.#options.clock.now() + ms, why });
  }
}
