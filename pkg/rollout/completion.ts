/**
 * Whether a candidate has done its work: the main ruleset has each of its rules, is active, reaches all that the candidate reaches, and
 * lets nobody pass whom the candidate stops. Only then does nobody lose protection by its end.
 */
import type { LiveRuleset } from '../api/index.js';
import { areInForce, missingRules, typesOf } from './rules.js';

type BypassActors = NonNullable<LiveRuleset['others']>['bypassActors'];

export interface Candidate {
  members: ReadonlySet<number>;
  rules: readonly unknown[];
  bypassActors: BypassActors;
  refName?: LiveRuleset['refName'];
}

/** Why the candidate must stay, in one sentence; undefined where it is not needed any more. */
export function stillNeeded(
  candidate: Candidate,
  main: Pick<LiveRuleset, 'enforcement' | 'target' | 'members' | 'others' | 'refName'>,
  nameOf: (id: number) => string,
): string | undefined {
  if (main.enforcement !== 'active' || main.target !== 'branch') return 'the main ruleset is not active on branches';
  const missing = missingRules(candidate.rules, main.others?.rules ?? []);
  if (missing.length > 0)
    return `the main ruleset lacks these rules, or has them with other parameters: ${typesOf(missing)}`;
  if (!sameRefs(candidate.refName, main.refName)) return 'the main ruleset is about other branches';
  const bypass = bypassFault(candidate.bypassActors, main.others?.bypassActors);
  if (bypass !== undefined) return bypass;
  const outside = [...candidate.members].filter((id) => !main.members.has(id));
  if (outside.length > 0) return `the main ruleset does not target ${listed(outside.map(nameOf))}`;
  return undefined;
}

/** True where the main ruleset has those rules, and is active: without a candidate there is nothing else to ask. */
export const standIn = (
  rules: readonly unknown[],
  { enforcement, target, others }: Pick<LiveRuleset, 'enforcement' | 'target' | 'others'>,
): boolean => enforcement === 'active' && target === 'branch' && areInForce(rules, others?.rules ?? []);

function bypassFault(candidate: BypassActors, main: BypassActors | undefined): string | undefined {
  if (!Array.isArray(candidate) || !Array.isArray(main))
    return 'GitHub does not show who may bypass both rulesets: who the main one lets pass is not known';
  const more = missingRules(main, candidate).length;
  return more === 0 ? undefined : `the main ruleset lets ${more} bypass that the candidate does not`;
}

const MAX_NAMES = 10;

function listed(names: readonly string[]): string {
  const shown = [...names].sort().slice(0, MAX_NAMES);
  return `${shown.join(', ')}${names.length > shown.length ? ` and ${names.length - shown.length} more` : ''}`;
}

export function sameRefs(one: LiveRuleset['refName'], other: LiveRuleset['refName']): boolean {
  const texts = (refName: LiveRuleset['refName']): string =>
    JSON.stringify([[...(refName?.include ?? [])].sort(), [...(refName?.exclude ?? [])].sort()]);
  return texts(one) === texts(other);
}
