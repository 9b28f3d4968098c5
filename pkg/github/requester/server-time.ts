/**
 * GitHub's own clock, from the `Date` header of its answers. Times that GitHub names (the reset of a limit, the end of a
 * token) are its own: measured with a local clock that is some minutes ahead, a limit looks over while it still holds.
 */
import type { Clock } from '../../base/index.js';
import type { HTTPResponse } from './exchange.js';

/** One GitHub's clock as last seen, kept by the monotonic clock so that setting the local one does not move it. */
export class ServerTime {
  #offsetMs: number | undefined;

  /** Takes the `Date` of an answer that came at `monotonicMs`. What is no date changes nothing. */
  see(date: string | null, monotonicMs: number): void {
    const theirs = parseDate(date);
    if (theirs !== undefined) this.#offsetMs = theirs - monotonicMs;
  }

  /** False before the first answer that told the time. */
  get isKnown(): boolean {
    return this.#offsetMs !== undefined;
  }

  /** Unix ms by GitHub's clock, exact to about a second; before the first answer, by the local one. */
  now(clock: Clock): number {
    return this.#offsetMs === undefined ? clock.now() : this.#offsetMs + clock.monotonic();
  }
}

/** Unix ms by GitHub's clock when it sent this answer; without a `Date`, by what was last seen of its clock. */
export function sentMs(answer: HTTPResponse, server: ServerTime, clock: Clock): number {
  return parseDate(answer.headers.get('date')) ?? server.now(clock);
}

/** Unix ms, or undefined where the text is no time. */
export function parseDate(text: string | null): number | undefined {
  const ms = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
