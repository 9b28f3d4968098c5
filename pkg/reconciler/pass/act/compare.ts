/** Whether two views of a ruleset are the same, as far as a plan, a write or a proof rests on it. Lists are sets. */
import type { LiveRuleset } from '../../../api/index.js';
import { holdsWrite } from '../../../github/index.js';

/** True where nothing that a plan or a PUT rests on has changed. */
export function sameRuleset(a: LiveRuleset, b: LiveRuleset): boolean {
  return (
    sameMembers(a.members, [...b.members]) &&
    JSON.stringify(a.conditions) === JSON.stringify(b.conditions) &&
    a.enforcement === b.enforcement &&
    a.target === b.target
  );
}

export function sameMembers(members: ReadonlySet<number>, target: readonly number[]): boolean {
  return members.size === target.length && target.every((id) => members.has(id));
}

/** True where the answer to a PUT is that ruleset, as it was sent, and otherwise as it was. */
export function isProof(
  answer: LiveRuleset,
  { live, target }: { live: LiveRuleset; target: readonly number[] },
): boolean {
  return holdsWrite(answer, live, target) && answer.enforcement === live.enforcement && answer.target === live.target;
}
