/**
 * The time of one pass: the wall clock at its start, and the monotonic clock from there on. Everything that decides is
 * computed with it, and every answer of GitHub checks it. A wall clock that is read again for each decision could be a day ahead
 * at the start and right at the end: code that looked only at the end would let everybody leave a day early.
 */
import type { Clock } from '../../base/index.js';
import { parseDate } from './server-time.js';
import type { Interceptor } from './exchange.js';

/** A `Date` has whole seconds. */
const DATE_EXACT_MS = 1_000;

/** What a pass may read of its time. */
export interface PassTime {
  /** Unix ms: the start by the wall clock, plus what has passed since by the monotonic one. */
  now(): number;
  /**
   * The furthest that this time, or the wall clock, was from GitHub's clock in any answer so far, ms, exact to about a
   * second. Undefined before an answer that tells the time: then nothing is known of it.
   */
  readonly deviationMs: number | undefined;
  /**
   * How far this time is ahead of GitHub's clock, and how far behind, ms: at most one of them is more than 0, but for what answers
   * differ in. 0 where it is not known.
   */
  readonly aheadMs?: number;
  readonly behindMs?: number;
  /** False where the last answer told no time: what was checked before it says nothing about now. */
  readonly isTold: boolean;
}

export class CheckedTime implements PassTime {
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #startMonotonicMs: number;
  #deviationMs: number | undefined;
  #isTold = false;
  #aheadMs = Number.POSITIVE_INFINITY;
  #behindMs = 0;

  /** Starts now. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startMs = clock.now();
    this.#startMonotonicMs = clock.monotonic();
  }

  now(): number {
    // Whole milliseconds: times of the status have no more, and one that is cut off later would be a moment too early.
    return this.#startMs + Math.floor(this.#clock.monotonic() - this.#startMonotonicMs);
  }

  get deviationMs(): number | undefined {
    return this.#deviationMs;
  }

  get aheadMs(): number {
    return Number.isFinite(this.#aheadMs) ? this.#aheadMs : 0;
  }

  get behindMs(): number {
    return this.#behindMs;
  }

  get isTold(): boolean {
    return this.#isTold;
  }

  /**
   * Compares with the `Date` of an answer that just came. The furthest deviation stays: one answer that agrees does not
   * make up for one that did not. The wall clock is compared too, since one that is set in the middle of a pass means
   * that nobody knows which of its two times the last pass used.
   */
  see(date: string | null): void {
    const theirs = parseDate(date);
    this.#isTold = theirs !== undefined;
    if (theirs === undefined) return;
    // An answer is on its way for a while, and its `Date` was cut off to a second: both make this time look ahead, so that of all
    // answers the one by which it is least ahead is nearest to the truth. For the same reasons it never looks further behind than it is.
    const apartMs = this.now() - theirs;
    this.#aheadMs = Math.min(this.#aheadMs, Math.max(0, apartMs - DATE_EXACT_MS));
    this.#behindMs = Math.max(this.#behindMs, -apartMs);
    const seen = Math.max(Math.abs(this.now() - theirs), Math.abs(this.#clock.now() - theirs));
    this.#deviationMs = Math.max(this.#deviationMs ?? 0, seen);
  }
}

/** Looks at the `Date` of every answer. */
export function watchTime(watchers: readonly { see(date: string | null): void }[]): Interceptor {
  return (next) => async (request) => {
    const answer = await next(request);
    for (const watcher of watchers) watcher.see(answer.headers.get('date'));
    return answer;
  };
}
