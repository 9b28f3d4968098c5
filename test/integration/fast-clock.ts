/** A clock that waits in no time: sleeping moves it on. For waits of a minute in tests of a millisecond. */
import type { Timers } from '../../pkg/base/index.js';
import { afterTurns } from '../fakes/clock.js';

export class FastClock implements Timers {
  #ms: number;

  /** Default 2026-11-22T10:00:00Z. */
  constructor(startMs = Date.UTC(2026, 10, 22, 10)) {
    this.#ms = startMs;
  }

  readonly now = (): number => this.#ms;

  readonly monotonic = (): number => this.#ms;

  /** A bound on a request is of real time: what it bounds is real I/O. */
  readonly setTimeout = afterTurns;

  readonly sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    // A turn of the loop, so that answers on their way arrive before the next request.
    await new Promise((resolve) => setImmediate(resolve));
    this.#ms += ms;
    signal.throwIfAborted();
  };

  pass(ms: number): void {
    this.#ms += ms;
  }
}
