/**
 * How far the local clock is from GitHub's, from the `Date` header of every answer. Exit clocks and windows are measured
 * with the local one: a clock that is wrong by a day would let everybody leave a day early.
 */
import type { Step } from './exchange.js';
import type { Clock } from './sleep.js';

/** What was last seen of one GitHub's clock. */
export class Skew {
  #ms: number | undefined;

  /** Local minus GitHub's, ms; undefined before the first answer that tells. Exact to about a second. */
  get ms(): number | undefined {
    return this.#ms;
  }

  see(date: string | null, nowMs: number): void {
    const theirs = date === null ? Number.NaN : Date.parse(date);
    if (!Number.isNaN(theirs)) this.#ms = nowMs - theirs;
  }
}

/** Looks at the `Date` of every answer. */
export function watchSkew({ skew, clock }: { skew: Skew; clock: Clock }): Step {
  return (next) => async (ask) => {
    const answer = await next(ask);
    skew.see(answer.headers.get('date'), clock());
    return answer;
  };
}
