/** A ruleset that Plus1 made, as GitHub answers it. */
import * as v from 'valibot';
import { decodeRuleset, isThere } from '../rulesets/decode-ruleset.js';
import type { OwnedRuleset } from './types.js';

const idsSchema = v.looseObject({ repository_ids: v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(1))) });

/** Throws a ValiError for what is no ruleset. */
export function decodeOwned(answer: unknown): OwnedRuleset {
  const { others, ...ruleset } = decodeRuleset(answer);
  const { repository_id: condition } = ruleset.conditions;
  const members = isThere(condition) ? new Set(v.parse(idsSchema, condition).repository_ids) : undefined;
  return {
    ...ruleset,
    others: others ?? { rules: [], bypassActors: 'unknown' },
    ...(members !== undefined && { members }),
  };
}
