/**
 * The response times of GraphQL answers of one credential, which add up to at most 50 s in any 60 s. GitHub allows 60 s of processing
 * time a minute over GraphQL, and advises to estimate it so. Each question gets a share of what is left before it is sent, and is given
 * up at the end of its share: whatever GitHub takes, the sum holds.
 * https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#secondary-rate-limits
 */
import type { Clock, Sleep } from '../../base/index.js';
import { REQUEST_TIMEOUT_MS } from './deadline.js';

/** Of GitHub's 60 s; the rest is for others who share the credential. */
const MOST_MS = 50_000;

const SPAN_MS = 60_000;

/** A share that no usual question needs more of. */
const LEAST_SHARE_MS = 1_000;

/** How often somebody who waits looks whether a question in flight has ended. */
const LOOK_AGAIN_MS = 1_000;

/** The time that one question may take. */
export interface Share {
  ms: number;
  /** Gives the share back, for the time that the question did take. */
  end(nowMs: number): void;
}

export class QueryTime {
  /** Questions that ended, the oldest first. */
  readonly #spent: { endMs: number; ms: number }[] = [];
  #spentMs = 0;
  #sharedMs = 0;
  #inFlight = 0;

  /** How long until a question may be asked, ms: 0 where it is at once. `nowMs` by the monotonic clock. */
  untilRoom(nowMs: number): number {
    this.#forget(nowMs);
    let missing = this.#needMs() - this.#leftMs();
    if (missing <= 0) return 0;
    for (const { endMs, ms } of this.#spent) {
      missing -= ms;
      const untilMs = endMs + SPAN_MS - nowMs + 1;
      if (missing <= 0) return this.#inFlight === 0 ? untilMs : Math.min(LOOK_AGAIN_MS, untilMs);
    }
    return LOOK_AGAIN_MS;
  }

  /** A share for one question among `atOnce` that may be in flight; undefined where there is no room for it. */
  take(nowMs: number, atOnce: number): Share | undefined {
    if (this.untilRoom(nowMs) > 0) return undefined;
    const equal = this.#leftMs() / Math.max(1, atOnce - this.#inFlight);
    const ms = Math.min(REQUEST_TIMEOUT_MS, Math.max(this.#needMs(), Math.floor(equal)));
    this.#sharedMs += ms;
    this.#inFlight += 1;
    return {
      ms,
      end: (endMs) => {
        this.#sharedMs -= ms;
        this.#inFlight -= 1;
        this.#spent.push({ endMs, ms: endMs - nowMs });
        this.#spentMs += endMs - nowMs;
      },
    };
  }

  #leftMs(): number {
    return MOST_MS - this.#spentMs - this.#sharedMs;
  }

  /** Twice what the slowest question of the last minute took: less would give up what GitHub is about to answer. */
  #needMs(): number {
    const slowest = this.#spent.reduce((most, { ms }) => Math.max(most, ms), 0);
    return Math.min(REQUEST_TIMEOUT_MS, Math.max(LEAST_SHARE_MS, 2 * slowest));
  }

  #forget(nowMs: number): void {
    const first = this.#spent.findIndex(({ endMs }) => endMs >= nowMs - SPAN_MS);
    for (const { ms } of this.#spent.splice(0, first < 0 ? this.#spent.length : first)) this.#spentMs -= ms;
  }
}

/** Returns when there is room for a question. */
export async function waitForRoom(
  time: QueryTime,
  { clock, sleep }: { clock: Clock; sleep: Sleep },
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const ms = time.untilRoom(clock.monotonic());
    if (ms <= 0) return;
    await sleep(ms, signal);
  }
}
