/**
 * Asks again for what a cache on the way answered. It was told not to (`cache-control: no-cache`), and some do it all the same: what such
 * an answer shows is no more, and a PUT on an old ruleset takes out who was put in since, without evidence.
 */
import { Plus1Error } from '../../errors/index.js';
import type { MapContext } from '../map-context.js';
import type { PassTime } from './pass-time.js';
import type { RESTAnswer } from './requester.js';

/** So much older than its question an answer may be: clocks of GitHub's servers differ a little, and a `Date` has whole seconds. */
const MAX_AGE_MS = 6_000;

/** How often it is asked for again, after the usual waits. */
const MAX_REPEATS = 3;

export interface FreshMeans {
  time: Pick<PassTime, 'now' | 'ageMs'>;
  /** The usual wait, `repeats` from 0. */
  pause: (repeats: number) => Promise<void>;
  context: Pick<MapContext, 'what'>;
}

/** Throws PLUS1_GITHUB_LAGS where each answer is an old one. */
export async function freshAnswer(
  ask: () => Promise<RESTAnswer>,
  { time, pause, context: { what } }: FreshMeans,
): Promise<RESTAnswer> {
  for (let repeats = 0; ; repeats += 1) {
    const askedMs = time.now();
    const answer = await ask();
    const ageMs = time.ageMs?.(answer.headers['date'], askedMs) ?? 0;
    if (ageMs <= MAX_AGE_MS) return answer;
    if (repeats === MAX_REPEATS) throw kept(what, ageMs);
    await pause(repeats);
  }
}

function kept(what: string, ageMs: number): Plus1Error {
  const why = `each answer is older than its question, the last by ${Math.round(ageMs / 1_000)} s`;
  return new Plus1Error('PLUS1_GITHUB_LAGS', `cannot ${what}: ${why}; nothing was written on them`, {
    fix: 'look for a cache or proxy on the way that keeps answers of GitHub, and let it pass them through',
  });
}
