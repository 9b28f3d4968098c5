/** The `conditions` of a write: what is sent, and whether an answer, or a later read, shows exactly that. */
import { isDeepStrictEqual } from 'node:util';
import type { LiveRuleset } from '../../api/index.js';
import { membersPlace } from './members.js';

/** `conditions` as just read, whole, with the members replaced. */
export function conditionsWith(live: LiveRuleset, members: readonly number[]): Record<string, unknown> {
  return membersPlace(live.targeting).write(live.conditions, members);
}

/**
 * True where `shown` is the ruleset `live` with those members, and all the rest of `conditions` as it was sent. The order
 * of a list means nothing, and GitHub shows a list without entries, or none, as it likes.
 */
export function holdsWrite(shown: LiveRuleset, live: LiveRuleset, members: readonly number[]): boolean {
  return (
    shown.id === live.id &&
    shown.name === live.name &&
    isDeepStrictEqual(plain(shown.conditions), plain(conditionsWith(live, members)))
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
