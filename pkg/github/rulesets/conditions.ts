/** Whether an answer, or a later read, shows a ruleset with exactly some `conditions`. */
import { isDeepStrictEqual } from 'node:util';
import type { LiveRuleset } from '../../api/index.js';

type Shown = Pick<LiveRuleset, 'id' | 'name' | 'conditions'>;

/**
 * True where both are one ruleset with the same `conditions`. The order of a list means nothing, and GitHub shows a list without entries,
 * or none, as it likes.
 */
export function sameConditions(shown: Shown, expected: Shown): boolean {
  return (
    shown.id === expected.id &&
    shown.name === expected.name &&
    isDeepStrictEqual(plain(shown.conditions), plain(expected.conditions))
  );
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return [...new Set(value.map((each) => JSON.stringify(plain(each))))].sort();
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => !isNothing(each));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, plain(each)]));
}

const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0);
