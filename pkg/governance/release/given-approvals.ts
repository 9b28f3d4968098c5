/**
 * Approvals as people gave them: objects that name a plan by its hash. Which of them count in a pass, for which changes, and what
 * has become of each after it. Pure.
 */
import { durationMs } from '../../api/index.js';
import { unixMs } from '../time.js';
import { isBypass, keyOf, type Approval, type ApprovalRules } from './approvals.js';
import type { Change } from './change.js';
import type { HoldTimes } from './hold-times.js';

export type ApprovalState = 'Counted' | 'Used' | 'Expired' | 'Rejected';

/** One approval, as its home has it now. One that was deleted is not there, and does not count. */
export interface GivenApproval {
  name: string;
  uid: string;
  approver: string;
  groups: readonly string[];
  kind: 'Normal' | 'Emergency';
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
}

/** What a pass made of one. Without a state: not decided yet. */
export interface ApprovalVerdict {
  approval: GivenApproval;
  state?: ApprovalState;
  message: string;
}

/** The settings, and the hold that ran before this pass. */
export interface ApprovalTerms {
  rules: ApprovalRules & { timeout: string };
  hold: HoldTimes | undefined;
  /** Unix ms. */
  now: number;
}

/** A plan by its hash, as far as it is known: of this pass, or of an earlier one of this hold. */
export type PlanPairs = (planHash: string) => readonly Change[] | undefined;

/** What the act of a pass did with approved changes. */
export interface Outcome {
  /** Changes that passed by approvals alone. */
  approved: readonly Change[];
  /** The write that they were part of is proved. */
  isWritten: boolean;
  /** Something is held after it. */
  isHeld: boolean;
  /** Changes of an earlier write whose outcome was not known, and that turned out to be applied. */
  applied?: readonly Change[];
}

/** Those that count, each for the changes of the plan that it names. */
export function countingApprovals(
  given: readonly GivenApproval[],
  pairsOf: PlanPairs,
  terms: ApprovalTerms,
): Approval[] {
  return given
    .filter((approval) => refusal(approval, terms) === undefined)
    .map((approval) => ({ ...plain(approval), changes: pairsOf(approval.planHash) ?? [] }));
}

/** What becomes of each, once the pass has ended. Those that came to their end in an earlier pass are left out. */
export function approvalVerdicts(
  given: readonly GivenApproval[],
  pairsOf: PlanPairs,
  terms: ApprovalTerms,
  outcome: Outcome,
): ApprovalVerdict[] {
  return given
    .filter(({ state }) => !isOver(state))
    .map((approval) => ({ approval, ...judged(approval, pairsOf(approval.planHash), terms, outcome) }));
}

/** Distinct approvers whose approvals count. */
export function countingApprovers(verdicts: readonly ApprovalVerdict[]): number {
  return new Set(verdicts.filter(({ state }) => state === 'Counted').map(({ approval }) => approval.approver)).size;
}

type Judgement = Omit<ApprovalVerdict, 'approval'>;

const UNKNOWN_PLAN = 'approve the plan that is held now';

function judged(
  approval: GivenApproval,
  pairs: readonly Change[] | undefined,
  terms: ApprovalTerms,
  outcome: Outcome,
): Judgement {
  const refused = refusal(approval, terms);
  if (pairs === undefined) return ofUnknownPlan(approval, refused, terms);
  return refused ?? ofKnownPlan(approval, pairs, outcome);
}

/** One that never counted, and of whose plan nobody knows, is not late: it names the wrong plan. */
function ofUnknownPlan(approval: GivenApproval, refused: Judgement | undefined, terms: ApprovalTerms): Judgement {
  if (refused?.state === 'Rejected' || approval.state === 'Counted') return refused ?? { message: UNKNOWN_PLAN };
  if (!(ageMs(approval, terms) < durationMs(terms.rules.timeout)))
    return { state: 'Rejected', message: `UnknownPlan: no plan with this hash was held; ${UNKNOWN_PLAN}` };
  return { message: UNKNOWN_PLAN };
}

function ofKnownPlan(
  approval: GivenApproval,
  pairs: readonly Change[],
  { approved, isWritten, isHeld, applied = [] }: Outcome,
): Judgement {
  const keys = new Set(pairs.map(keyOf));
  const covers = (change: Change): boolean => keys.has(keyOf(change));
  const helped = approved.some(covers);
  const wasLate = approval.state === 'Counted' && applied.some(covers);
  if ((helped && isWritten) || wasLate) return { state: 'Used', message: 'what it released was applied' };
  return helped || isHeld
    ? { state: 'Counted', message: '' }
    : { state: 'Expired', message: 'nothing is held any more' };
}

const isOver = (state: ApprovalState | undefined): boolean => state !== undefined && state !== 'Counted';

/** Why one does not count in this pass, whatever its plan is. */
function refusal(approval: GivenApproval, terms: ApprovalTerms): Judgement | undefined {
  const { state, message = '' } = approval;
  if (state !== undefined && isOver(state)) return { state, message };
  if (approval.kind === 'Emergency') {
    const { emergencyGroups = [] } = terms.rules;
    if (approval.isClaim === true)
      return { state: 'Rejected', message: 'Unverified: nothing proves the groups of its approver' };
    if (emergencyGroups.length === 0)
      return { state: 'Rejected', message: 'the policy has no guards.approval.emergencyGroups' };
    if (!isBypass(plain(approval), terms.rules))
      return {
        state: 'Rejected',
        message: `its approver is in none of guards.approval.emergencyGroups (${emergencyGroups.join(', ')})`,
      };
  }
  return isExpired(approval, terms)
    ? { state: 'Expired', message: 'given before the hold that runs now; approve again' }
    : undefined;
}

/**
 * Given before the hold began that runs, or longer ago than any hold waits. API servers date objects by the second, so that one
 * given in the second in which the hold began is of that hold.
 */
function isExpired(approval: GivenApproval, terms: ApprovalTerms): boolean {
  const { hold, rules } = terms;
  const givenMs = unixMs(approval.time);
  // A time that cannot be read proves nothing about the hold.
  if (Number.isNaN(givenMs)) return true;
  if (hold !== undefined && seconds(givenMs) < seconds(hold.sinceMs)) return true;
  return ageMs(approval, terms) >= durationMs(rules.timeout);
}

const seconds = (ms: number): number => Math.floor(ms / 1_000);

const ageMs = ({ time }: GivenApproval, { now }: ApprovalTerms): number => now - unixMs(time);

/** As the guards see it: groups that anybody may have claimed are none. */
function plain({ approver, groups, kind, isClaim }: GivenApproval): Omit<Approval, 'changes'> {
  return { approver, groups: isClaim === true ? [] : groups, isEmergency: kind === 'Emergency' };
}
