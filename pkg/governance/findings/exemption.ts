/**
 * Exemptions: repositories that the policy judges by hand for a time, whatever filter, archiving and files say. Hazard: an
 * exemption takes protection away (`Release`) or makes up for a file (`Govern`), so that it ends by itself, and a repository is
 * found by its id where the policy names one: a name can be given up and taken by another repository.
 */
import type { Exemption, ExemptionState } from '../../api/index.js';
import type { Finding } from './finding.js';

/** So long before its end an exemption counts as expiring, for people to see in time. */
const EXPIRING_MS = 14 * 24 * 3_600_000;

export function exemptionState({ expiresAt }: Exemption, now: number): ExemptionState {
  const endMs = Date.parse(expiresAt);
  // An end that cannot be read is over: a typing error must not exempt anybody for ever.
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
 * The present moment by the two clocks, Unix ms: a trusted time may still be minutes wrong. An exemption that protects is over when
 * both say so; one that takes protection away, when one of them does.
 */
export interface TwoReadings {
  earlierMs: number;
  laterMs: number;
}

/** How a repository is called, by every answer of the pass that names it. */
type Named = Pick<Finding, 'id' | 'name' | 'alsoNamed' | 'isDoubtful'>;

/**
 * The exemption that is in force for a repository. One that names its id wins over one that names it; of two that are equal in
 * that, the one that protects. By a name, `Govern` needs one answer that has it. `Release` needs a row that no error touched, and the
 * second answer as well where there is one: a row of the listing that shows the name of another repository would unprotect it.
 * GitHub's names are case-insensitive.
 */
export function exemptionOf(
  repository: Named,
  exemptions: readonly Exemption[] | undefined,
  now: TwoReadings,
): Exemption | undefined {
  if (exemptions === undefined) return undefined;
  const matching = exemptions.filter((each) => matches(each, repository) && isInForce(each, now));
  const [byID, byName] = [true, false].map((isByID) =>
    matching.filter(({ repositoryID }) => (repositoryID !== undefined) === isByID),
  );
  return protecting(byID ?? []) ?? protecting(byName ?? []);
}

const protecting = (equal: readonly Exemption[]): Exemption | undefined =>
  equal.find(({ effect }) => effect === 'Govern') ?? equal[0];

const isInForce = (exemption: Exemption, { earlierMs, laterMs }: TwoReadings): boolean =>
  exemptionState(exemption, exemption.effect === 'Govern' ? earlierMs : laterMs) !== 'expired';

/** One with an id is about that id alone: the name beside it is for people, and may be another repository's by now. */
function matches({ repository, repositoryID, effect }: Exemption, { id, name, alsoNamed, isDoubtful }: Named): boolean {
  if (repositoryID !== undefined) return repositoryID === id;
  const isIt = (called: string): boolean => called.toLowerCase() === repository.toLowerCase();
  const names = alsoNamed === undefined ? [name] : [name, alsoNamed];
  return effect === 'Govern' ? names.some(isIt) : names.every(isIt) && isDoubtful !== true;
}

/** The findings, those marked for which an exemption is in force, and no others. */
export function exempt(
  findings: readonly Finding[],
  exemptions: readonly Exemption[] | undefined,
  now: TwoReadings,
): Finding[] {
  if (exemptions === undefined || exemptions.length === 0) return [...findings];
  return findings.map((finding) => {
    const exemption = exemptionOf(finding, exemptions, now);
    if (exemption === finding.exemption) return finding;
    const { exemption: _, ...found } = finding;
    return exemption === undefined ? found : { ...found, exemption };
  });
}

/** Exemptions in force that no repository of a whole listing has the name or the id of: misspelt, deleted or renamed. */
export function unmatchedExemptions(
  findings: readonly Finding[],
  exemptions: readonly Exemption[] | undefined,
  now: number,
): Exemption[] {
  return (exemptions ?? []).filter(
    (each) => exemptionState(each, now) !== 'expired' && !findings.some((finding) => isAbout(each, finding)),
  );
}

/** Whatever its effect: one that is about a repository whose row is doubtful is not misspelt. */
const isAbout = (exemption: Exemption, finding: Finding): boolean =>
  matches({ ...exemption, effect: 'Govern' }, finding);
