/** Two policies for one ruleset: the older rules, or each pass of the one would undo the other's. */
import { claimOf, type Claim, type HeldPolicy } from '../policies/index.js';

/**
 * The older policy that keeps the same ruleset, or undefined. Ties by uid. Suspended and wrong policies keep their claim.
 * `rulesetID`: of the ruleset as it was just read, which a rename of ruleset or organization hides from a comparison of names.
 */
export function olderRival(
  own: HeldPolicy,
  all: readonly HeldPolicy[],
  rulesetID = own.status.ruleset?.id,
): HeldPolicy | undefined {
  const rivals = all.filter((other) => other.uid !== own.uid && isRival(other, own, rulesetID));
  return rivals.filter((other) => isOlder(other, own)).sort((a, b) => (isOlder(a, b) ? -1 : 1))[0];
}

/** The same host, and either the same organization (whatever its case) and ruleset, or the same ruleset by id. */
function isRival(other: HeldPolicy, own: HeldPolicy, rulesetID: number | undefined): boolean {
  const [a, b] = [other, own].map(claimed);
  if (a === undefined || b === undefined) return false;
  if (hostOf(a.apiURL) !== hostOf(b.apiURL)) return false;
  const sameName = a.organization.toLowerCase() === b.organization.toLowerCase() && a.ruleset === b.ruleset;
  return sameName || (rulesetID !== undefined && other.status.ruleset?.id === rulesetID);
}

const claimed = ({ claim, policy }: HeldPolicy): Claim | undefined => claim ?? (policy && claimOf(policy.spec));

/** The claim of a wrong policy is as it was written. */
function hostOf(apiURL: string): string {
  return URL.canParse(apiURL) ? new URL(apiURL).host.toLowerCase() : apiURL;
}

function isOlder(a: HeldPolicy, b: HeldPolicy): boolean {
  return a.createdMs < b.createdMs || (a.createdMs === b.createdMs && a.uid < b.uid);
}
