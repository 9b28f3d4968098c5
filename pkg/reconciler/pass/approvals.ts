/**
 * Approvals in a pass: read once everything was seen, so that one that was given meanwhile counts and one that was deleted does
 * not; resolved to the changes of the plans that they name; and judged when the pass has ended.
 */
import { durationMs } from '../../api/index.js';
import type { Log } from '../../base/index.js';
import {
  approvalVerdicts,
  countingApprovals,
  holdTimes,
  planHash,
  type ApprovalTerms,
  type ApprovalVerdict,
  type Change,
  type GivenApproval,
  type HeldPlan,
  type Memory,
  type PlanPairs,
} from '../../governance/index.js';
import { openWrite } from '../memory/open-write.js';
import type { KeptPlan } from '../memory/verdict-cache-shape.js';
import type { PassRecord } from '../pass-record.js';
import type { ActResult, PassRequest } from '../types.js';

/** The approvals of one pass, with all that says which of them count. */
export interface PassApprovals {
  given: readonly GivenApproval[];
  /** Changes of plans that earlier passes of this hold made, by hash. */
  known: ReadonlyMap<string, readonly Change[]>;
  terms: ApprovalTerms;
}

export interface ReadApprovals {
  request: PassRequest;
  /** Id of the ruleset. */
  target: number;
  record: Pick<PassRecord, 'approvals' | 'heldPlans'>;
  /** Plans of this hold as earlier passes kept them. */
  kept: readonly KeptPlan[];
  /** Unix ms. */
  now: number;
  log: Pick<Log, 'warn'>;
}

/** Undefined where nothing can be approved. A home that cannot be read fails the pass: an approval that was withdrawn must not count. */
export async function readApprovals(
  { request, target, record, kept, now }: ReadApprovals,
  signal: AbortSignal,
): Promise<PassApprovals | undefined> {
  const { mode, guards } = request.policy.spec;
  if (record.approvals === undefined || mode === 'Observe') return undefined;
  const given = await record.approvals.list(signal);
  const timeoutMs = durationMs(guards.approval.timeout);
  const hold = holdTimes(request.status.hold, { timeoutMs, now });
  const known = new Map(kept.map((plan) => [plan.hash, pairsOf(plan, target)]));
  for (const hash of new Set(given.map((approval) => approval.planHash))) {
    if (known.get(hash) !== undefined) continue;
    const plan = await record.heldPlans?.(hash, signal);
    known.set(hash, plan && pairsOf({ ...plan, hash }, target));
  }
  const plans = new Map(
    [...known].flatMap(([hash, changes]) => (changes === undefined ? [] : [[hash, changes] as const])),
  );
  return { given, known: plans, terms: { rules: guards.approval, hold, now } };
}

/** The changes of a plan that was kept. Its hash proves them: lists that were cut or edited would release what nobody saw. */
function pairsOf({ hash, entering, leaving }: KeptPlan, target: number): readonly Change[] | undefined {
  const plan = { target, entering: entering.map(asChange), leaving: leaving.map(asChange) };
  return planHash(plan) === hash ? [...plan.entering, ...plan.leaving] : undefined;
}

const asChange = ([id, status]: readonly [number, string]): Change => ({ id, status });

/** What counts towards a plan, for the guards. */
export function approvalsFor({ given, known, terms }: PassApprovals): NonNullable<Memory['approvals']> {
  return (plan) => countingApprovals(given, withPlan(known, plan), terms);
}

function withPlan(known: PassApprovals['known'], plan: HeldPlan | undefined): PlanPairs {
  return (hash) => (plan?.hash === hash ? [...plan.entering, ...plan.leaving] : known.get(hash));
}

/**
 * What became of each. A pass that nobody could leave in, since an earlier write may still be applied, says nothing of them, but for
 * those that released whom that write took out: they are used.
 */
export function judgeApprovals(
  approvals: PassApprovals | undefined,
  { status }: PassRequest,
  { decision, live, written, pending }: ActResult,
): ApprovalVerdict[] {
  if (approvals === undefined) return [];
  const { now } = approvals.terms;
  const isOpen = !pending && openWrite(status, live, { now, isTrusted: true }) !== undefined;
  const { heldPlan, hold, approved, plan } = decision;
  const named = heldPlan ?? { hash: plan.hash, target: plan.rulesetID, entering: [], leaving: plan.leave };
  const marked = (status.leaving ?? []).filter(
    ({ id, dueTime }) => dueTime === status.pendingWrite?.startTime && !live.members.has(id),
  );
  // Who was to leave by it and is no member any more left by it, or by another hand: either way nothing of that is left to approve.
  if (isOpen && marked.length === 0) return [];
  const verdicts = approvalVerdicts(approvals.given, withPlan(approvals.known, named), approvals.terms, {
    ...{ approved, isWritten: written, isHeld: hold !== undefined || pending },
    applied: marked.map(({ id, reason }) => ({ id, status: reason })),
  });
  return isOpen ? verdicts.filter(({ state }) => state === 'Used') : verdicts;
}
