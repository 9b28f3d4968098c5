/**
 * Reads of one thing that is written: what a cache on the way kept is asked for again. It was told to keep out (`cache-control: no-cache`),
 * and some answer all the same: what such an answer shows is no more, and a PUT on an old ruleset takes out who was put in since, without
 * evidence.
 *
 * The `Date` of a later read is held against that of an earlier one, by the monotonic clock, and against no other answer: servers of GitHub
 * may differ in their clocks, and what enters waits for no wrong clock.
 */
import { Plus1Error } from '../../errors/index.js';
import type { MapContext } from '../map-context.js';
import type { PassTime } from './pass-time.js';
import type { RESTAnswer } from './requester.js';
import { parseDate } from './server-time.js';

/** So much older than its question an answer may be: clocks behind one address differ a little, and a `Date` has whole seconds. */
const MAX_AGE_MS = 6_000;

/** How often it is asked for again, after the usual waits. */
const MAX_REPEATS = 3;

export interface FreshMeans {
  /** The usual wait, `repeats` from 0. */
  pause: (repeats: number) => Promise<void>;
  context: Pick<MapContext, 'what'>;
}

export class FreshReads {
  readonly #time: Pick<PassTime, 'now'>;
  /** The least that our time was ahead of the `Date` of an answer when that came; below 0 where it is behind. */
  #leastApartMs = Number.POSITIVE_INFINITY;

  constructor(time: Pick<PassTime, 'now'>) {
    this.#time = time;
  }

  /** Throws PLUS1_GITHUB_LAGS where each answer is an old one. */
  async read(ask: () => Promise<RESTAnswer>, { pause, context: { what } }: FreshMeans): Promise<RESTAnswer> {
    for (let repeats = 0; ; repeats += 1) {
      const askedMs = this.#time.now();
      const answer = await ask();
      const ageMs = this.#ageMs(answer, askedMs);
      if (ageMs <= MAX_AGE_MS) return answer;
      if (repeats === MAX_REPEATS) throw kept(what, ageMs);
      await pause(repeats);
    }
  }

  /** How much older than its question the answer is; 0 or less where nobody can say. */
  #ageMs({ headers }: RESTAnswer, askedMs: number): number {
    const nowMs = this.#time.now();
    const toldMs = toldAgeMs(headers['age']) - (nowMs - askedMs);
    const theirs = parseDate(headers['date'] ?? null);
    if (theirs === undefined) return Math.max(0, toldMs);
    this.#leastApartMs = Math.min(this.#leastApartMs, nowMs - theirs);
    return Math.max(toldMs, askedMs - theirs - this.#leastApartMs);
  }
}

/**
 * A cache tells how long it has kept an answer (https://www.rfc-editor.org/rfc/rfc9111#section-5.1). Two reads that one old answer is given
 * to have the same `Date`, and are not told apart by that.
 */
function toldAgeMs(age: string | number | undefined): number {
  const text = String(age ?? '');
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) * 1_000 : 0;
}

function kept(what: string, ageMs: number): Plus1Error {
  const why = `each answer is older than its question, the last by ${Math.round(ageMs / 1_000)} s`;
  return new Plus1Error('PLUS1_GITHUB_LAGS', `cannot ${what}: ${why}; nothing was written on them`, {
    fix: 'look for a cache or proxy on the way that keeps answers of GitHub, and let it pass them through',
  });
}
