/**
 * A ruleset as GitHub answers it, as far as Plus1 looks at it. Rules of kinds that nobody knew when this was written
 * pass by unseen, because they are never sent back: a closed type would lose them.
 */
import * as v from 'valibot';
import { RULESET_ENFORCEMENTS, RULESET_TARGETS, type LiveRuleset } from '../../api/index.js';
import { Plus1Error } from '../../errors/index.js';
import { foreignLine } from '../../text/index.js';

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
/** Names of conditions in a message: GitHub has half a dozen kinds of them, all short. */
const MAX_CONDITIONS = 5;
const MAX_CONDITION = 40;

const patterns = v.optional(v.array(v.string()), []);

/** Conditions go back as they came. A number that JavaScript cannot hold would go back as another one. */
function isExact(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isInteger(value) || Number.isSafeInteger(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isExact);
}

const rulesetSchema = v.looseObject({
  id,
  name: v.string(),
  // A target or an enforcement of a later day is none of those that protect branches now.
  target: v.optional(v.fallback(v.picklist(RULESET_TARGETS), 'repository'), 'branch'),
  enforcement: v.fallback(v.picklist(RULESET_ENFORCEMENTS), 'disabled'),
  conditions: v.nullish(
    v.pipe(
      v.looseObject({}),
      v.check((value) => isExact(value)),
    ),
  ),
  rules: v.nullish(v.array(v.unknown())),
  bypass_actors: v.fallback(v.nullish(v.array(v.unknown())), undefined),
  updated_at: v.optional(v.string()),
});

const refNameSchema = v.looseObject({ include: patterns, exclude: patterns });
const namesSchema = v.looseObject({ include: patterns });

/** A ruleset without its members. */
export type DecodedRuleset = Omit<LiveRuleset, 'targeting' | 'members'>;

/** Throws a ValiError for what is no ruleset. */
export function decodeRuleset(data: unknown): DecodedRuleset {
  const ruleset = v.parse(rulesetSchema, data);
  const conditions = ruleset.conditions ?? {};
  const refName = isThere(conditions['ref_name']) ? v.parse(refNameSchema, conditions['ref_name']) : undefined;
  return {
    id: ruleset.id,
    name: ruleset.name,
    target: ruleset.target,
    enforcement: ruleset.enforcement,
    rules: ruleset.rules?.length ?? 0,
    ...(refName === undefined ? {} : { refName: { include: refName.include, exclude: refName.exclude } }),
    conditions,
    others: { rules: ruleset.rules ?? [], bypassActors: ruleset.bypass_actors ?? 'unknown' },
    ...(ruleset.updated_at === undefined ? {} : { updatedAt: ruleset.updated_at }),
  };
}

/** `words`: how it should target. */
export function otherTargeting({ name, conditions }: DecodedRuleset, words: string, fix?: string): Plus1Error {
  const target = targetWords(conditions);
  const what =
    target === undefined
      ? `does not say which repositories it targets: ${conditionWords(conditions)}`
      : `targets ${target}, not ${words}`;
  return new Plus1Error('PLUS1_RULESET_TARGETING', `the ruleset ${name} ${what}`, fix === undefined ? {} : { fix });
}

/** A condition that is null is as good as none. */
export function isThere(condition: unknown): boolean {
  return condition !== undefined && condition !== null;
}

/** Conditions that name no repositories: none at all, which GitHub also writes as an empty list, or those of branches alone. */
function conditionWords(conditions: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(conditions).filter((key) => isThere(conditions[key]));
  const shown = names.slice(0, MAX_CONDITIONS).map((name) => foreignLine(name, MAX_CONDITION));
  return shown.length === 0 ? 'it has no conditions' : `its only conditions are ${shown.join(', ')}`;
}

function targetWords(conditions: Readonly<Record<string, unknown>>): string | undefined {
  const names = v.safeParse(namesSchema, conditions['repository_name']);
  if (names.success) return names.output.include.includes('~ALL') ? 'all repositories' : 'repositories by name';
  if (isThere(conditions['repository_property'])) return 'repositories by their properties';
  return undefined;
}
