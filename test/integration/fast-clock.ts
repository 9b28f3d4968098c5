/** A clock that waits in no time: sleeping moves it on. For waits of a minute in tests of a millisecond. */
export class FastClock {
  #ms: number;

  /** Default 2026-11-22T10:00:00Z. */
  constructor(startMs = Date.UTC(2026, 10, 22, 10)) {
    this.#ms = startMs;
  }

  readonly now = (): number => this.#ms;

  readonly monotonic = (): number => this.#ms;

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
