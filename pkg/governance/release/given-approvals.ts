/**
 * Approvals as people gave them: objects that name a plan by its hash. Which of them count in a pass, for which changes, and what
 * has become of each after it. Pure.
 */
import { durationMs, type ApprovalState, type KindOfApproval } from '../../api/index.js';
import { unixMs } from '../time.js';
import { isBypass, keyOf, releasingBy, type Approval, type ApprovalRules } from './approvals.js';
import type { Covered } from './change.js';
import type { HoldTimes } from './hold-times.js';

/** One approval, as its home has it now. One that was deleted is not there, and does not count. */
export interface GivenApproval {
  name: string;
  uid: string;
  approver: string;
  groups: readonly string[];
  kind: KindOfApproval;
  reason: string;
  planHash: string;
  /** When it was given, RFC 3339, by the clock of its home. */
  time: string;
  /** Its home proved approver and groups. */
  verified: boolean;
  /** Anybody may have claimed the groups: they do not count, and neither does an Emergency. */
  isClaim?: boolean;
  /** What an earlier pass made of it. */
  state?: ApprovalState;
  message?: string;
  /** A record says that it released something, though its home does not: the process ended before that was kept. */
  isUsed?: boolean;
}

/** What a pass made of one. Without a state: not decided yet. */
export interface ApprovalVerdict {
  approval: GivenApproval;
  state?: ApprovalState;
  message: string;
  /** Its home has it as `Used` already, from before the write. */
  isMarked?: boolean;
}

/** The settings, and the hold that ran before this pass. */
export interface ApprovalTerms {
  rules: ApprovalRules & { timeout: string };
  hold: HoldTimes | undefined;
  /** Unix ms. */
  now: number;
}

/** A plan by its hash, as far as it is known: of this pass, or of an earlier one of this hold. */
export type PlanPairs = (planHash: string) => readonly Covered[] | undefined;

/** What the act of a pass did with approved changes. */
export interface Outcome {
  /** Changes that passed by approvals alone. */
  approved: readonly Covered[];
  /** The write that they were part of is proved. */
  isWritten: boolean;
  /** Something is held after it. */
  isHeld: boolean;
  /** Changes of an earlier write whose outcome was not known, and that turned out to be applied. */
  applied?: readonly Covered[];
}

/** Those that count, each for the changes of the plan that it names. */
export function countingApprovals(
  given: readonly GivenApproval[],
  pairsOf: PlanPairs,
  terms: ApprovalTerms,
): CountingApproval[] {
  return given
    .filter((approval) => refusal(approval, terms) === undefined)
    .map((approval) => ({ ...plain(approval), uid: approval.uid, changes: pairsOf(approval.planHash) ?? [] }));
}

interface CountingApproval extends Approval {
  uid: string;
}

/** What becomes of each, once the pass has ended. Those that came to their end in an earlier pass are left out. */
export function approvalVerdicts(
  given: readonly GivenApproval[],
  pairsOf: PlanPairs,
  terms: ApprovalTerms,
  outcome: Outcome,
): ApprovalVerdict[] {
  const helped = releasingIDs(given, pairsOf, terms, outcome.approved);
  return given
    .filter(({ state }) => !isOver(state))
    .map((approval) => ({
      approval,
      ...judged(approval, pairsOf(approval.planHash), terms, { ...outcome, hasHelped: helped.has(approval.uid) }),
    }));
}

/** Ids of those that release one of these changes at least. */
export function releasingIDs(
  given: readonly GivenApproval[],
  pairsOf: PlanPairs,
  terms: ApprovalTerms,
  approved: readonly Covered[],
): ReadonlySet<string> {
  const releasing = releasingBy(countingApprovals(given, pairsOf, terms), terms.rules);
  return new Set(approved.flatMap((change) => releasing(change).map(({ uid }) => uid)));
}

/** Distinct approvers whose approvals count. */
export function countingApprovers(verdicts: readonly ApprovalVerdict[]): number {
  return new Set(verdicts.filter(({ state }) => state === 'Counted').map(({ approval }) => approval.approver)).size;
}

type Judgement = Omit<ApprovalVerdict, 'approval'>;

/** `hasHelped`: it is one of those that released something. */
type OwnOutcome = Outcome & { hasHelped: boolean };

const GIVE_NORMAL = 'give a Normal one';

const UNKNOWN_PLAN = 'approve the plan that is held now';

function judged(
  approval: GivenApproval,
  pairs: readonly Covered[] | undefined,
  terms: ApprovalTerms,
  outcome: OwnOutcome,
): Judgement {
  const refused = refusal(approval, terms);
  if (pairs === undefined) return ofUnknownPlan(approval, refused, terms);
  return refused ?? ofKnownPlan(approval, pairs, outcome);
}

/** One that never counted, and of whose plan nobody knows, is not late: it names the wrong plan. */
function ofUnknownPlan(approval: GivenApproval, refused: Judgement | undefined, terms: ApprovalTerms): Judgement {
  const isDecided = refused !== undefined && refused.state !== 'Expired';
  if (isDecided || approval.state === 'Counted') return refused ?? { message: UNKNOWN_PLAN };
  if (!(ageMs(approval, terms) < durationMs(terms.rules.timeout)))
    return { state: 'Rejected', message: `UnknownPlan: no plan with this hash was held; ${UNKNOWN_PLAN}` };
  return { message: UNKNOWN_PLAN };
}

function ofKnownPlan(
  approval: GivenApproval,
  pairs: readonly Covered[],
  { hasHelped, isWritten, isHeld, applied = [] }: OwnOutcome,
): Judgement {
  const keys = new Set(pairs.map(keyOf));
  const wasLate = approval.state === 'Counted' && applied.some((change) => keys.has(keyOf(change)));
  if ((hasHelped && isWritten) || wasLate) return USED;
  return isHeld ? { state: 'Counted', message: '' } : { state: 'Expired', message: 'nothing is held any more' };
}

const USED: Judgement = {
  state: 'Used',
  message: 'what it released was applied; what is held now needs another approval',
};

const isOver = (state: ApprovalState | undefined): boolean => state !== undefined && state !== 'Counted';

/** Why one does not count in this pass, whatever its plan is. */
function refusal(approval: GivenApproval, terms: ApprovalTerms): Judgement | undefined {
  const { state, message = '' } = approval;
  if (state !== undefined && isOver(state)) return { state, message };
  if (approval.isUsed === true) return USED;
  if (approval.kind === 'Review') return { state: 'Rejected', message: `a Review releases nothing; ${GIVE_NORMAL}` };
  if (approval.kind === 'Emergency') {
    const { emergencyGroups = [] } = terms.rules;
    if (approval.isClaim === true)
      return { state: 'Rejected', message: `Unverified: nothing proves the groups of its approver; ${GIVE_NORMAL}` };
    if (emergencyGroups.length === 0)
      return { state: 'Rejected', message: `the policy has no guards.approval.emergencyGroups; ${GIVE_NORMAL}` };
    if (!isBypass(plain(approval), terms.rules))
      return {
        state: 'Rejected',
        message: `its approver is in none of guards.approval.emergencyGroups (${emergencyGroups.join(', ')}); ${GIVE_NORMAL}`,
      };
  }
  return isExpired(approval, terms)
    ? { state: 'Expired', message: `given before the hold began that runs now; ${UNKNOWN_PLAN}` }
    : undefined;
}

/**
 * Given before the hold began that runs, or longer ago than any hold waits. While none runs, the one that begins in this pass is
 * younger than every approval: one of a hold that ended would else release the next one, in whatever state its end left it. API servers
 * date objects by the second, so that one given in the second in which the hold began is of that hold.
 */
function isExpired(approval: GivenApproval, terms: ApprovalTerms): boolean {
  const { hold, rules } = terms;
  const givenMs = unixMs(approval.time);
  // A time that cannot be read proves nothing about the hold.
  if (Number.isNaN(givenMs) || hold === undefined || seconds(givenMs) < seconds(hold.sinceMs)) return true;
  return ageMs(approval, terms) >= durationMs(rules.timeout);
}

const seconds = (ms: number): number => Math.floor(ms / 1_000);

const ageMs = ({ time }: GivenApproval, { now }: ApprovalTerms): number => now - unixMs(time);

/** As the guards see it: groups that anybody may have claimed are none. */
function plain({ approver, groups, kind, isClaim }: GivenApproval): Omit<Approval, 'changes'> {
  return { approver, groups: isClaim === true ? [] : groups, isEmergency: kind === 'Emergency' };
}
