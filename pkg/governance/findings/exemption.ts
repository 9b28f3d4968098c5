/**
 * Exemptions: repositories that the policy judges by hand for a time, whatever filter, archiving and files say. Hazard: an
 * exemption takes protection away (`Release`) or makes up for a file (`Govern`), so that it ends by itself, and a repository is
 * found by its id where the policy names one: a name can be given up and taken by another repository.
 */
import type { Exemption } from '../../api/index.js';
import type { Finding } from './finding.js';

/** So long before its end an exemption counts as expiring, for people to see in time. */
const EXPIRING_MS = 14 * 24 * 3_600_000;

/** `expiring` is in force as well. */
export type ExemptionState = 'active' | 'expiring' | 'expired';

export function exemptionState({ expiresAt }: Exemption, now: number): ExemptionState {
  const endMs = Date.parse(expiresAt);
  // An end that cannot be read is over: nobody is exempt for ever by a slip of the pen.
  if (!(now < endMs)) return 'expired';
  return now < endMs - EXPIRING_MS ? 'active' : 'expiring';
}

/** `active` includes those that expire soon and those that match nothing. */
export interface ExemptionCounts {
  active: number;
  expiring: number;
  expired: number;
}

export function exemptionCounts(exemptions: readonly Exemption[], now: number): ExemptionCounts {
  const states = exemptions.map((exemption) => exemptionState(exemption, now));
  const count = (state: ExemptionState): number => states.filter((each) => each === state).length;
  return { active: count('active') + count('expiring'), expiring: count('expiring'), expired: count('expired') };
}

/**
 * The exemption that is in force for a repository. One that names its id wins over one that names it; of two that are equal in
 * that, the one that protects. GitHub's names are case-insensitive.
 */
export function exemptionOf(
  { id, name }: { id: number; name: string },
  exemptions: readonly Exemption[] | undefined,
  now: number,
): Exemption | undefined {
  if (exemptions === undefined) return undefined;
  const matching = exemptions.filter((each) => matches(each, { id, name }) && exemptionState(each, now) !== 'expired');
  const [byID, byName] = [true, false].map((isByID) =>
    matching.filter(({ repositoryID }) => (repositoryID !== undefined) === isByID),
  );
  return protecting(byID ?? []) ?? protecting(byName ?? []);
}

const protecting = (equal: readonly Exemption[]): Exemption | undefined =>
  equal.find(({ effect }) => effect === 'Govern') ?? equal[0];

/** One with an id is about that id alone: the name beside it is for people, and may be another repository's by now. */
function matches({ repository, repositoryID }: Exemption, { id, name }: { id: number; name: string }): boolean {
  return repositoryID === undefined ? repository.toLowerCase() === name.toLowerCase() : repositoryID === id;
}

/** The findings, those marked for which an exemption is in force. `now`: Unix ms. */
export function exempt(findings: Finding[], exemptions: readonly Exemption[] | undefined, now: number): Finding[] {
  if (exemptions === undefined || exemptions.length === 0) return findings;
  return findings.map((finding) => {
    const exemption = exemptionOf(finding, exemptions, now);
    return exemption === undefined ? finding : { ...finding, exemption };
  });
}

/** Exemptions in force that no repository of a whole listing has the name or the id of: misspelt, deleted or renamed. */
export function unmatchedExemptions(
  findings: readonly Finding[],
  exemptions: readonly Exemption[] | undefined,
  now: number,
): Exemption[] {
  return (exemptions ?? []).filter(
    (each) => exemptionState(each, now) !== 'expired' && !findings.some((finding) => matches(each, finding)),
  );
}
