/**
 * Approvals: people who let changes pass that a guard holds. An approval covers the changes that its giver saw, each by
 * itself, so that a plan that grows does not make it worthless, and nobody releases what was not shown.
 */
import type { Change } from './change.js';

/** Of one person, for changes of a plan that was held. */
export interface Approval {
  approver: string;
  changes: readonly Change[];
}

/** Whether enough distinct people approved that very change; a second approval by the same person counts once. */
export function approvedBy(approvals: readonly Approval[], required: number): (change: Change) => boolean {
  const approvers = new Map<string, Set<string>>();
  for (const { approver, changes } of approvals) {
    for (const change of changes) {
      const key = keyOf(change);
      approvers.set(key, (approvers.get(key) ?? new Set()).add(approver));
    }
  }
  // Nobody's approval is none, also where a setting asks for 0 of them.
  return (change) => (approvers.get(keyOf(change))?.size ?? 0) >= Math.max(1, required);
}

const keyOf = ({ id, status }: Change): string => `${id} ${status}`;
