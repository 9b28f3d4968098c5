/**
 * Approvals: people who let changes pass that a guard holds. An approval covers the changes that its giver saw, each by
 * itself, so that a plan that grows does not make it worthless, and nobody releases what was not shown.
 */
import type { Change, Covered, Scope } from './change.js';

/** Of one person, for changes of a plan that was held. */
export interface Approval {
  approver: string;
  /** Groups of that person, as far as they count. */
  groups?: readonly string[];
  /** One that releases at once, where its giver is a member of one of `emergencyGroups`. Otherwise it counts for nothing. */
  isEmergency?: boolean;
  changes: readonly Covered[];
}

/** What approvals must come to. */
export interface ApprovalRules {
  /** Distinct approvers that a change needs. */
  required: number;
  /** Each must be a group of at least one of them. */
  groups?: readonly string[];
  emergencyGroups?: readonly string[];
}

/**
 * Whether that very change is approved: by enough distinct people, who together are members of every group that is asked for, or
 * by one in an emergency. A second approval by the same person counts once.
 */
export function approvedBy(
  approvals: readonly Approval[],
  rules: ApprovalRules,
  scope: Scope,
): (change: Change) => boolean {
  const releasing = releasingBy(approvals, rules);
  return (change) => releasing({ ...change, scope }).length > 0;
}

/** Those that release that very change: none where they do not do. An emergency releases without the others, and they without it. */
export function releasingBy<A extends Approval>(
  approvals: readonly A[],
  rules: ApprovalRules,
): (change: Covered) => readonly A[] {
  const covering = new Map<string, A[]>();
  for (const approval of approvals) {
    for (const change of approval.changes) {
      const key = keyOf(change);
      const known = covering.get(key);
      if (known === undefined) covering.set(key, [approval]);
      else known.push(approval);
    }
  }
  return (change) => releasing(covering.get(keyOf(change)) ?? [], rules);
}

function releasing<A extends Approval>(approvals: readonly A[], rules: ApprovalRules): readonly A[] {
  const normal = approvals.filter(({ isEmergency }) => isEmergency !== true);
  const members = new Set(normal.flatMap(({ groups = [] }) => groups));
  const approvers = new Set(normal.map(({ approver }) => approver));
  // Nobody's approval is none, also where a setting asks for 0 of them.
  const isEnough =
    approvers.size >= Math.max(1, rules.required) && (rules.groups ?? []).every((group) => members.has(group));
  return [...(isEnough ? normal : []), ...approvals.filter((approval) => isBypass(approval, rules))];
}

/** True of an emergency approval by somebody who may give one. */
export function isBypass(
  { isEmergency, groups = [] }: Omit<Approval, 'changes'>,
  { emergencyGroups = [] }: ApprovalRules,
): boolean {
  return isEmergency === true && groups.some((group) => emergencyGroups.includes(group));
}

/** The same id with another status, or the other way round, is another change. */
export const keyOf = ({ id, status, scope }: Covered): string => `${scope} ${id} ${status}`;
