/** The candidate ruleset: how it is made, and whether it is still as it was left. */
import type { LiveRuleset, RolloutSpec, RulesetEnforcement } from '../api/index.js';
import { sha256 } from '../base/index.js';
import type { LeftCandidate, RolloutMemory } from './memory.js';
import { canonicalRule, hasAsked, typesOf } from './rules.js';

/** As GitHub shows it. */
export interface SeenCandidate {
  id: number;
  name: string;
  enforcement: RulesetEnforcement;
  members: ReadonlySet<number>;
  rules: readonly unknown[];
  bypassActors: readonly unknown[] | 'unknown';
  refName?: LiveRuleset['refName'];
}

/** By the first digits of the uid: no two rollouts have one name. */
export const candidateName = (uid: string): string => `plus1-rollout-${uid.replaceAll('-', '').slice(0, 8)}`;

/** Why none can be made now. */
export function bypassUnknown({
  others,
}: Pick<LiveRuleset, 'others'>): { reason: 'BypassActorsUnknown'; message: string } | undefined {
  if (Array.isArray(others?.bypassActors)) return undefined;
  const message = 'GitHub does not show who may bypass the main ruleset, and the same must hold for its candidate';
  return { reason: 'BypassActorsUnknown', message };
}

/** Of what is never changed once it is made. */
export function fingerprintOf({ rules, bypassActors, refName }: SeenCandidate): string {
  return sha256(canonicalRule({ rules, bypassActors, refName }));
}

/** As a pass leaves it that did not change it. */
export const leftAs = (candidate: SeenCandidate): LeftCandidate => ({
  rulesetID: candidate.id,
  enforcement: candidate.enforcement,
  fingerprint: fingerprintOf(candidate),
  late: new Map(),
});

/**
 * Why nothing at all may be written to it, in one sentence: no end of the rollout either. Its owner may have made it the ruleset of the
 * policy, by its name, and an abort would then switch off, or empty, what the policy protects.
 */
export function strangeness({ id, name }: SeenCandidate, uid: string, mainID: number): string | undefined {
  const own = candidateName(uid);
  const rest = 'until then nothing is written to it, also where the rollout is aborted';
  if (name !== own)
    return `somebody changed its candidate ruleset ${id}: its name is ${JSON.stringify(name)}; name it ${own} again: ${rest}`;
  if (id === mainID)
    return `its candidate ruleset ${id} is the ruleset of the policy: name another in the policy; ${rest}`;
  return undefined;
}

/** Why it is not as it was left, in one sentence. Members are not part of it: who was taken out is put back. */
export function differenceOf(
  candidate: SeenCandidate,
  { spec, memory }: { spec: RolloutSpec; memory: RolloutMemory },
): string | undefined {
  const { candidate: left, intended } = memory;
  const found = changeOf(candidate, left, intended?.enforcement);
  if (found !== undefined) return `somebody changed its candidate ruleset: ${found}; put it back, or abort the rollout`;
  if (hasAsked(candidate.rules, spec.rules)) return undefined;
  return `its candidate ruleset has ${typesOf(candidate.rules)}, and spec.rules has ${typesOf(spec.rules)} or other parameters: what a rollout is about stays as it is; put spec.rules back, or make another rollout`;
}

function changeOf(
  candidate: SeenCandidate,
  left: LeftCandidate | undefined,
  intended: RulesetEnforcement | undefined,
): string | undefined {
  if (left === undefined) return undefined;
  if (candidate.enforcement !== left.enforcement && candidate.enforcement !== intended)
    return `its enforcement is ${candidate.enforcement}, not ${left.enforcement}`;
  if (candidate.bypassActors !== 'unknown' && fingerprintOf(candidate) !== left.fingerprint)
    return 'it has other rules, branches or bypass actors';
  return undefined;
}
