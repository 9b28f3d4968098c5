/**
 * Approvals in a pass: read once everything was seen, so that one that was given meanwhile counts and one that was deleted does
 * not; resolved to the changes of the plans that they name; and judged when the pass has ended.
 */
import { durationMs } from '../../api/index.js';
import type { Log } from '../../base/index.js';
import { Plus1Error, toPlus1Error } from '../../errors/index.js';
import {
  approvalVerdicts,
  countingApprovals,
  holdTimes,
  planHash,
  releasingIDs,
  type ApprovalTerms,
  type ApprovalVerdict,
  coveredBy,
  type Covered,
  type Decision,
  type GivenApproval,
  type HeldPlan,
  type Memory,
  type PlanPairs,
} from '../../governance/index.js';
import { stillHeld } from '../held.js';
import { openWrite } from '../memory/open-write.js';
import type { KeptPlan } from '../memory/verdict-cache-shape.js';
import type { ApprovalPort, HeldPairs, PassRecord } from '../pass-record.js';
import type { ActResult, PassOutcome, PassRequest } from '../types.js';

/** The approvals of one pass, with all that says which of them count. */
export interface PassApprovals {
  given: readonly GivenApproval[];
  /** Changes of plans that earlier passes of this hold made, by hash. */
  known: ReadonlyMap<string, readonly Covered[]>;
  /** Those plans could not be read: of a hash that only they may know, nothing is decided. */
  isUnread: boolean;
  /** Their home cannot be read: none counts. */
  fault?: Plus1Error;
  terms: ApprovalTerms;
}

export interface ReadApprovals {
  request: PassRequest;
  /** Id of the ruleset. */
  target: number;
  record: Pick<PassRecord, 'approvals' | 'holdRecords'>;
  /** Plans of this hold as the cache of earlier passes has them, for a home without a journal. */
  kept: readonly KeptPlan[];
  /** Unix ms. */
  now: number;
  log: Pick<Log, 'warn'>;
}

/**
 * Undefined where nothing can be approved. Of a home that cannot be read none counts, since it may have been withdrawn; what enters
 * does not wait for that.
 */
export async function readApprovals(
  { request, target, record, kept, now, log }: ReadApprovals,
  signal: AbortSignal,
): Promise<PassApprovals | undefined> {
  const { mode, guards } = request.policy.spec;
  if (record.approvals === undefined || mode === 'Observe') return undefined;
  const all = await listOf(record.approvals, signal);
  const timeoutMs = durationMs(guards.approval.timeout);
  const hold = holdTimes(request.status.hold, { timeoutMs, now });
  const terms = { rules: guards.approval, hold, now };
  if (all instanceof Plus1Error) {
    log.warn('Approvals not read', { error: all.message });
    return { given: [], known: new Map(), isUnread: true, fault: all, terms };
  }
  // A hold that begins now has no earlier plan, and approvals that came to their end are not looked at.
  const since = all.some(isOpen) ? request.status.hold?.since : undefined;
  const nothing = { given: all, known: new Map(), isUnread: false, terms };
  if (since === undefined) return nothing;
  if (record.holdRecords === undefined) return { ...nothing, known: provedPlans(kept, target) };
  try {
    const { plans, used } = await record.holdRecords(since, signal);
    const given = all.map((approval) => (used.has(approval.uid) ? { ...approval, isUsed: true } : approval));
    return { ...nothing, given, known: provedPlans([...plans].map(asKept), target) };
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    log.warn('Earlier plans of the hold not known', { error: toPlus1Error(thrown).message });
    return { ...nothing, isUnread: true };
  }
}

async function listOf(approvals: ApprovalPort, signal: AbortSignal): Promise<readonly GivenApproval[] | Plus1Error> {
  try {
    return await approvals.list(signal);
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return toPlus1Error(thrown);
  }
}

const isOpen = ({ state }: GivenApproval): boolean => state === undefined || state === 'Counted';

const asKept = ([hash, { entering, leaving }]: [string, HeldPairs]): KeptPlan => ({ hash, entering, leaving });

function provedPlans(plans: readonly KeptPlan[], target: number): Map<string, readonly Covered[]> {
  const proved = new Map<string, readonly Covered[]>();
  for (const plan of plans) {
    const changes = pairsOf(plan, target);
    if (changes !== undefined) proved.set(plan.hash, changes);
  }
  return proved;
}

/** The changes of a plan that was kept. Its hash proves them: lists that were cut or edited would release what nobody saw. */
function pairsOf({ hash, entering, leaving }: KeptPlan, target: number): readonly Covered[] | undefined {
  const plan = { target, entering: entering.map(asChange), leaving: leaving.map(asChange) };
  return planHash(plan) === hash ? coveredBy(plan) : undefined;
}

const asChange = ([id, status]: readonly [number, string]): { id: number; status: string } => ({ id, status });

/** What counts towards a plan, for the guards. */
export function approvalsFor({ given, known, terms }: PassApprovals): NonNullable<Memory['approvals']> {
  return (plan) => countingApprovals(given, withPlan(known, plan), terms);
}

function withPlan(known: PassApprovals['known'], plan: HeldPlan | undefined): PlanPairs {
  return (hash) => (plan?.hash === hash ? coveredBy(plan) : known.get(hash));
}

/** Ids of those that release something of that decision. */
export function releasing({ given, known, terms }: PassApprovals, decision: Decision): ReadonlySet<string> {
  return releasingIDs(given, withPlan(known, namedPlan(decision)), terms, approvedIn(decision));
}

/** The plan that an approval of this pass names. */
const namedPlan = ({ heldPlan, plan }: Decision): HeldPlan =>
  heldPlan ?? { hash: plan.hash, target: plan.rulesetID, entering: [], leaving: plan.leave };

/** What passes by approvals alone. */
function approvedIn({ approved, toEnter }: Decision): Covered[] {
  const ids = new Set(toEnter.map(({ id }) => id));
  return coveredBy({
    entering: approved.filter(({ id }) => ids.has(id)),
    leaving: approved.filter(({ id }) => !ids.has(id)),
  });
}

/**
 * What became of each. A pass that nobody could leave in, since an earlier write may still be applied, says nothing of them, but for
 * those that released whom that write took out: they are used.
 */
export function judgeApprovals(
  approvals: PassApprovals | undefined,
  { request: { status }, startMs: now }: Pick<PassOutcome, 'request' | 'startMs'>,
  acted: ActResult,
): ApprovalVerdict[] {
  if (approvals === undefined) return [];
  const { decision, live, written, pending, stays } = acted;
  // Nobody could leave by the last plan of the pass: that nothing of it is held says nothing.
  const isUnknown = pending || stays !== undefined;
  const isUndecided = !pending && openWrite(status, live, { now, isTrusted: true }) !== undefined;
  const marked = (status.leaving ?? []).filter(
    ({ id, dueTime }) => dueTime === status.pendingWrite?.startTime && !live.members.has(id),
  );
  // Who was to leave by it and is no member any more left by it, or by another hand: either way nothing of that is left to approve.
  if (isUndecided && marked.length === 0) return [];
  const pairsOf = withPlan(approvals.known, namedPlan(decision));
  const verdicts = approvalVerdicts(approvals.given, pairsOf, approvals.terms, {
    ...{ approved: approvedIn(decision), isWritten: written, isHeld: isUnknown || stillHeld(acted) !== undefined },
    applied: coveredBy({ entering: [], leaving: marked.map(({ id, reason }) => ({ id, status: reason })) }),
  }).filter(
    ({ approval, state }) => !approvals.isUnread || state === 'Used' || pairsOf(approval.planHash) !== undefined,
  );
  return isUndecided ? verdicts.filter(({ state }) => state === 'Used') : verdicts;
}
