/**
 * How many requests of one credential may be in flight, as its answers tell. It begins low and grows while GitHub is quick, since GitHub
 * does not say beforehand what it can bear; it is halved at once where GitHub, or something on the way, shows that it was too much.
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */

/** The bound where none is given. */
const DEFAULT_CONCURRENCY = 5;

/** GitHub allows a hundred at once, all clients of the credential together; a tenth of that leaves them their part. */
const MAX_CONCURRENCY = 10;

/** Requests in flight at the start. */
const START = 2;

const SECOND_MS = 1_000;

/** Too much at once, a limit, or a GitHub that gave up on its own work. */
const TOO_MUCH = new Set([403, 429, 502, 504]);

/** How one request ended. */
export interface Took {
  ms: number;
  /** Absent where no answer came. */
  status?: number;
}

export class Window {
  /** 1 to 10. */
  readonly max: number;
  #now: number;
  /** Of the running second: when it began, whether anything was answered in it, and whether all of that was quick. */
  #secondMs: number | undefined;
  #isAnswered = false;
  #isQuick = true;

  constructor(max: number = DEFAULT_CONCURRENCY) {
    this.max = Math.min(MAX_CONCURRENCY, Math.max(1, Math.trunc(max)));
    this.#now = Math.min(START, this.max);
  }

  get now(): number {
    return this.#now;
  }

  /** Takes note of a request that ended at `nowMs`, by the monotonic clock. */
  ended({ ms, status }: Took, nowMs: number): void {
    this.#roll(nowMs, nowMs - ms);
    this.#isAnswered = true;
    if (status === undefined || ms >= SECOND_MS) this.#isQuick = false;
    if (status === undefined || !TOO_MUCH.has(status)) return;
    this.#now = Math.max(1, Math.floor(this.#now / 2));
    // What was quick in this second was so before the refusal.
    this.#isQuick = false;
  }

  /** Ends the running second where it is over. One in which nothing was answered shows nothing. */
  #roll(nowMs: number, startMs: number): void {
    this.#secondMs ??= startMs;
    const seconds = Math.floor((nowMs - this.#secondMs) / SECOND_MS);
    if (seconds < 1) return;
    if (this.#isAnswered && this.#isQuick) this.#now = Math.min(this.max, this.#now + 1);
    this.#secondMs += seconds * SECOND_MS;
    this.#isAnswered = false;
    this.#isQuick = true;
  }
}
