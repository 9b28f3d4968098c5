/** Two policies for one ruleset: the older rules, or each pass of the one would undo the other's. */
import { claimOf, hostOf, isEmptyMemory, type Claim, type PolicyRecord } from '../../policies/index.js';

/**
 * The older policy that keeps the same ruleset, or undefined. Ties by uid. Suspended and wrong policies keep their claim.
 * `rulesetID`: of the ruleset as it was just read, which a rename of ruleset or organization hides from a comparison of names.
 */
export function olderRival(
  own: PolicyRecord,
  all: readonly PolicyRecord[],
  rulesetID = own.status.ruleset?.id,
): PolicyRecord | undefined {
  const claim = claimed(own);
  if (claim === undefined) return undefined;
  const rivals = all.filter((other) => other.uid !== own.uid && isRival(other, claim, rulesetID));
  return rivals.filter((other) => isOlder(other, own)).sort((a, b) => (isOlder(a, b) ? -1 : 1))[0];
}

/**
 * The same among policies that are known by their state alone. One without a memory is younger than any memory, whatever the clock
 * was when it was found.
 */
export function rivalMemory(
  own: PolicyRecord,
  others: readonly PolicyRecord[],
  rulesetID?: number,
): PolicyRecord | undefined {
  if (others.length === 0) return undefined;
  const createdMs = isEmptyMemory(own.status) ? Number.POSITIVE_INFINITY : own.createdMs;
  return olderRival({ ...own, createdMs }, others, rulesetID);
}

/**
 * The same host, and either the same organization (whatever its case) and ruleset, or the same ruleset by id. The host comes
 * last: every pass asks this of every policy, and parsing a thousand addresses took a third of a pass's processor time.
 */
function isRival(other: PolicyRecord, own: Claim, rulesetID: number | undefined): boolean {
  const claim = claimed(other);
  if (claim === undefined) return false;
  const isSame = sharesName(claim, own) || (rulesetID !== undefined && other.status.ruleset?.id === rulesetID);
  return isSame && hostOf(claim.apiURL) === hostOf(own.apiURL);
}

function sharesName(a: Claim, b: Claim): boolean {
  return a.ruleset === b.ruleset && a.organization.toLowerCase() === b.organization.toLowerCase();
}

const claimed = ({ claim, policy }: PolicyRecord): Claim | undefined => claim ?? (policy && claimOf(policy.spec));

function isOlder(a: PolicyRecord, b: PolicyRecord): boolean {
  return a.createdMs < b.createdMs || (a.createdMs === b.createdMs && a.uid < b.uid);
}
