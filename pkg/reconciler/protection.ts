/**
 * What the ruleset protects after a pass, as far as it is known. Status, report, metrics and `explain` all take it from
 * here, so that they cannot disagree. Hazard: what is counted is the ruleset as last read, never the target of a write
 * that nobody proved: what was hoped for would read as done.
 */
import { hasCode } from '../errors/index.js';
import { compliance, enforcement, governs, type Compliance, type Coverage } from '../governance/index.js';
import type { ActResult, PassOutcome, PassObservation } from './types.js';

export interface Protection extends Compliance {
  /** Ids of repositories, in production or not, that the ruleset protects. */
  protectedIDs: ReadonlySet<number>;
}

/** The protection after a pass that came to a decision; `error` is how it ended. */
export function protectionOf(seen: PassObservation, acted: ActResult, error: PassOutcome['error']): Protection {
  const branchOf = (id: number): string | undefined => seen.branches.get(id);
  const members = protectedBy(acted, error);
  return {
    ...complianceAfter(seen, acted, error),
    protectedIDs: new Set([...members].filter((id) => governs(acted.live, branchOf(id)))),
  };
}

/** The figures of that protection. */
export function complianceAfter(seen: PassObservation, acted: ActResult, error: PassOutcome['error']): Compliance {
  return compliance(seen.findings, protectedBy(acted, error), acted.live, (id) => seen.branches.get(id));
}

const protectedBy = (acted: ActResult, error: PassOutcome['error']): ReadonlySet<number> =>
  isRulesetMissing(error) ? new Set() : certainMembers(acted);

/** GitHub answered that the ruleset is not there: whatever an earlier pass saw of it, it protects nobody now. */
export function isRulesetMissing(error: PassOutcome['error']): boolean {
  return hasCode(error, 'PLUS1_RULESET_NOT_FOUND');
}

/**
 * Why the ruleset protects nobody, whatever their default branches: read by a pass that then broke off. What an earlier one
 * counted is no longer true, and an outage of the listing must not hide for a day that somebody switched the ruleset off.
 */
export function offWithoutSight({
  ruleset,
  seen,
}: Pick<PassOutcome, 'ruleset' | 'seen'>): Exclude<Coverage, 'enforced'> | undefined {
  if (ruleset === undefined || seen !== undefined) return undefined;
  const coverage = enforcement(ruleset, undefined);
  return coverage === 'enforced' || coverage === 'branch_not_covered' ? undefined : coverage;
}

/** The ruleset is there, but not as one whose members can be counted: what an earlier pass counted is no longer true. */
export function isRulesetUncountable(error: PassOutcome['error']): boolean {
  return (
    hasCode(error, 'PLUS1_RULESET_AMBIGUOUS') ||
    hasCode(error, 'PLUS1_RULESET_TARGETING') ||
    hasCode(error, 'PLUS1_PROPERTY_NOT_FOUND')
  );
}

/**
 * Members as last read. A PUT whose outcome nobody knows may or may not have been applied since, so that only what is a
 * member either way counts.
 */
export function certainMembers({ live, pending, decision }: ActResult): ReadonlySet<number> {
  if (!pending) return live.members;
  return new Set(decision.target.filter((id) => live.members.has(id)));
}
