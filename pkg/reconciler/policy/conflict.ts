/**
 * Two policies for one ruleset, or for one value of one custom property: the older rules, or each pass of the one would undo the other's.
 */
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
 * The same host, and either the same organization (whatever its case) and ruleset or property, or the same ruleset by id. The host comes
 * last: every pass asks this of every policy, and parsing a thousand addresses took a third of a pass's processor time.
 */
function isRival(other: PolicyRecord, own: Claim, rulesetID: number | undefined): boolean {
  const claim = claimed(other);
  if (claim === undefined) return false;
  const isSame = sharesName(claim, own) || (rulesetID !== undefined && other.status.ruleset?.id === rulesetID);
  return isSame && hostOf(claim.apiURL) === hostOf(own.apiURL);
}

/** The policy whose last pass was about the ruleset of that id, on the host of this one. */
export function targetOf(own: PolicyRecord, all: readonly PolicyRecord[], rulesetID: number): PolicyRecord | undefined {
  const claim = claimed(own);
  return all.find((other) => other.status.ruleset?.id === rulesetID && isSameHost(claimed(other), claim));
}

/** The other policies of its host for which Plus1 made the ruleset of that id. */
export function makersOf(own: PolicyRecord, all: readonly PolicyRecord[], rulesetID: number): PolicyRecord[] {
  const claim = claimed(own);
  const made = all.filter(({ status }) => status.ownedRulesets?.some(({ id }) => id === rulesetID) === true);
  return made.filter((other) => other.uid !== own.uid && isSameHost(claimed(other), claim));
}

/** One whose host nobody can tell may be of this one. */
const isSameHost = (a: Claim | undefined, b: Claim | undefined): boolean =>
  a === undefined || b === undefined || hostOf(a.apiURL) === hostOf(b.apiURL);

function sharesName(a: Claim, b: Claim): boolean {
  if (a.ruleset !== b.ruleset && !sharesProperty(a, b)) return false;
  return a.organization.toLowerCase() === b.organization.toLowerCase();
}

/** Who enters and leaves by the one policy does by the other. */
function sharesProperty({ property: a }: Claim, { property: b }: Claim): boolean {
  return a !== undefined && b !== undefined && a.value === b.value && a.name.toLowerCase() === b.name.toLowerCase();
}

/** What the two of them keep, for a sentence. */
export function sharedText(own: PolicyRecord, rival: PolicyRecord): string {
  const [a, b] = [claimed(own), claimed(rival)];
  const isOne = a === undefined || b === undefined || a.ruleset === b.ruleset || !sharesProperty(a, b);
  return isOne ? 'the same ruleset' : `the same value of the custom property ${a.property?.name ?? ''}`;
}

/** What it keeps, as far as that is known. */
export const claimed = ({ claim, policy }: PolicyRecord): Claim | undefined =>
  claim ?? (policy && claimOf(policy.spec));

function isOlder(a: PolicyRecord, b: PolicyRecord): boolean {
  return a.createdMs < b.createdMs || (a.createdMs === b.createdMs && a.uid < b.uid);
}
