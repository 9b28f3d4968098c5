/** Who consents to an egress rule: approvals that name its digest, and reviews of it. Pure. */
import type { Consent } from '../../../egress/index.js';
import {
  approvedBy,
  isBypass,
  type ApprovalRules,
  type ApprovalVerdict,
  type GivenApproval,
} from '../../../governance/index.js';

export interface Consented {
  consent: Consent;
  /** Those that count, the newest first. */
  counting: readonly GivenApproval[];
  /** What becomes of each that has not come to its end. */
  verdicts: readonly ApprovalVerdict[];
}

/** Two ways to say yes to a rule. */
export interface Given {
  /** Objects of people. */
  approvals: readonly GivenApproval[];
  /** Reviews of the pull request that brought the rule. */
  reviews: readonly GivenApproval[];
}

/**
 * `nowMs`: Unix ms. `hasEnded`: the rule has: what was given for it counts no more. Approvals and reviews are not added up: one person has
 * another name in each, and would be two.
 */
export function consentTo(
  digest: string,
  { approvals: given, reviews }: Given,
  rules: ApprovalRules,
  { nowMs, hasEnded }: { nowMs: number; hasEnded: boolean },
): Consented {
  const own = [...given, ...reviews].filter(({ planHash, state }) => planHash === digest && state !== 'Rejected');
  const refused = new Map(own.map((approval) => [approval.uid, refusal(approval, rules)]));
  const counting = own
    .filter(({ uid }) => refused.get(uid) === undefined)
    .sort((a, b) => timeOf(b, nowMs) - timeOf(a, nowMs));
  const isReview = new Set(reviews);
  const isApproved = [true, false].some((is) => {
    const own = counting.filter((each) => each.kind !== 'Review' && isReview.has(each) === is);
    return areEnough(own, digest, rules);
  });
  // An approval is a look at the whole rule; one alone of two that are asked for is none yet.
  const looked = counting.filter(({ kind }) => kind === 'Review' || isApproved);
  const reviewedMs = looked.length === 0 ? undefined : Math.max(...looked.map((each) => timeOf(each, nowMs)));
  const verdicts = own
    .filter(({ state }) => state === undefined || state === 'Counted')
    .map((approval): ApprovalVerdict => {
      const fault = refused.get(approval.uid);
      if (fault !== undefined) return { approval, state: 'Rejected', message: fault };
      return hasEnded
        ? { approval, state: 'Expired', message: 'the rule that it is for has ended' }
        : { approval, state: 'Counted', message: '' };
    });
  return { consent: { isApproved, ...(reviewedMs !== undefined && { reviewedMs }) }, counting, verdicts };
}

function areEnough(approvals: readonly GivenApproval[], digest: string, rules: ApprovalRules): boolean {
  const change = { id: 0, status: digest };
  const covering = approvals.map((each) => ({ ...plain(each), changes: [{ ...change, scope: 'enter' as const }] }));
  return approvedBy(covering, rules, 'enter')(change);
}

/** A clock that runs ahead makes no review younger than now. */
const timeOf = ({ time }: GivenApproval, nowMs: number): number => Math.min(Date.parse(time), nowMs);

function refusal(approval: GivenApproval, rules: ApprovalRules): string | undefined {
  if (approval.kind !== 'Emergency') return undefined;
  if (approval.isClaim === true) return 'Unverified: nothing proves the groups of its approver; give a Normal one';
  return isBypass(plain(approval), rules)
    ? undefined
    : 'its approver is in none of guards.approval.emergencyGroups; give a Normal one';
}

/** Groups that anybody may have claimed are none. */
const plain = ({ approver, groups, kind, isClaim }: GivenApproval) => ({
  ...{ approver, groups: isClaim === true ? [] : groups, isEmergency: kind === 'Emergency' },
});

/** Reviews whose hash no rule has: another rule, or one that changed since. They are refused after `timeoutMs`. */
export function strayReviews(
  given: readonly GivenApproval[],
  digests: ReadonlySet<string>,
  { nowMs, timeoutMs }: { nowMs: number; timeoutMs: number },
): ApprovalVerdict[] {
  return given
    .filter(({ kind, planHash, state }) => kind === 'Review' && !digests.has(planHash) && state === undefined)
    .map((approval) => {
      const message = 'no egress rule has this hash; review the one that status.digest of the rule names';
      const isOld = nowMs - Date.parse(approval.time) >= timeoutMs;
      return isOld ? { approval, state: 'Rejected', message: `UnknownPlan: ${message}` } : { approval, message };
    });
}
