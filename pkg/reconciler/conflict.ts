/** Two policies for one ruleset: the older rules, or each pass of the one would undo the other's. */
import type { HeldPolicy } from '../policies/index.js';

/** The older policy that keeps the same ruleset, or undefined. Ties by uid. Suspended policies keep their claim. */
export function olderRival(own: HeldPolicy, all: readonly HeldPolicy[]): HeldPolicy | undefined {
  const rivals = all.filter((other) => other.uid !== own.uid && claims(other, own));
  return rivals.filter((other) => isOlder(other, own)).sort((a, b) => (isOlder(a, b) ? -1 : 1))[0];
}

/** The same host, and either the same organization (whatever its case) and ruleset, or the same ruleset by id, which survives renames. */
function claims(other: HeldPolicy, own: HeldPolicy): boolean {
  const [a, b] = [other.policy?.spec, own.policy?.spec];
  if (a === undefined || b === undefined) return false;
  if (new URL(a.github.apiURL).host.toLowerCase() !== new URL(b.github.apiURL).host.toLowerCase()) return false;
  const sameRulesetID = other.status.ruleset !== undefined && other.status.ruleset.id === own.status.ruleset?.id;
  const sameName = a.organization.toLowerCase() === b.organization.toLowerCase() && a.ruleset.name === b.ruleset.name;
  return sameName || sameRulesetID;
}

function isOlder(a: HeldPolicy, b: HeldPolicy): boolean {
  return a.createdMs < b.createdMs || (a.createdMs === b.createdMs && a.uid < b.uid);
}
