/**
 * Where the members of a ruleset stand in its `conditions`, for each way of targeting. Reading and writing decide here, side by
 * side: a way that one of the two does not know would be read as empty, or written in another place than it was read from.
 * For ways whose members stand in `conditions` only. A way that keeps them elsewhere, such as values of a custom property, needs
 * another reader, writer and proof: `conditions` that look right would prove a write that moved no member.
 */
import * as v from 'valibot';
import type { LiveRuleset, Targeting } from '../../api/index.js';

export type Conditions = LiveRuleset['conditions'];

interface Place {
  /** In words, for a ruleset that targets in another way. */
  words: string;
  /** Undefined where the ruleset targets in another way. Throws a ValiError for a list that is none. */
  read: (conditions: Conditions) => ReadonlySet<number> | undefined;
  /** `conditions` whole, with that membership. */
  write: (conditions: Conditions, members: readonly number[]) => Record<string, unknown>;
}

const byIDSchema = v.looseObject({ repository_ids: v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(1))) });

const PLACES: Record<Targeting, Place> = {
  RepositoryID: {
    words: 'repositories by id',
    read: ({ repository_id: condition }) =>
      isThere(condition) ? new Set(v.parse(byIDSchema, condition).repository_ids) : undefined,
    write: (conditions, members) => ({
      ...conditions,
      repository_id: { ...(conditions['repository_id'] as Record<string, unknown>), repository_ids: [...members] },
    }),
  },
};

/** The place of the members in rulesets that target in that way. */
export const membersPlace = (targeting: Targeting): Place => PLACES[targeting];

/** A condition that is null is as good as none. */
export function isThere(condition: unknown): boolean {
  return condition !== undefined && condition !== null;
}
