/** Status of a policy that gets no pass now: suspended, wrong, in conflict, or about to begin. What passes learned stays. */
import type { PolicyStatus } from '../api/index.js';
import type { Plus1Error } from '../errors/index.js';
import { compliantAsBefore, failed, heldAsBefore, ready, withTimes, type Stated } from './conditions.js';

export type Standing =
  | { kind: 'suspended' }
  /** `nextPassMs`: when it is looked at again by itself, Unix ms. */
  | { kind: 'stopped'; error: Plus1Error; nextPassMs?: number }
  | { kind: 'beginning' };

/** The request for a look that has ended by it; one that begins a pass is echoed when that pass has ended. */
export function echo(reconcileAt: string | undefined): Pick<PolicyStatus, 'lastHandledReconcileAt'> {
  return reconcileAt === undefined ? {} : { lastHandledReconcileAt: reconcileAt };
}

/** The status with its conditions put right; `observedGeneration` moves only where nothing more will be done for it. */
export function standingStatus(
  previous: PolicyStatus,
  generation: number,
  standing: Standing,
  nowMs: number,
): PolicyStatus {
  const kept = isConflict(standing) ? withoutRule(previous) : previous;
  const stated = [...ownConditions(standing), compliantAsBefore(previous, nowMs), ...heldAsBefore(kept)];
  const conditions = withTimes(stated, previous.conditions ?? [], generation, new Date(nowMs).toISOString());
  if (standing.kind === 'beginning') return { ...kept, conditions };
  const { nextPassTime: _none, ...rest } = kept;
  const { nextPassMs } = standing.kind === 'stopped' ? standing : {};
  const next = nextPassMs === undefined ? {} : { nextPassTime: new Date(nextPassMs).toISOString() };
  return { ...rest, conditions, observedGeneration: generation, ...next };
}

const isConflict = (standing: Standing): boolean =>
  standing.kind === 'stopped' && standing.error.code === 'PLUS1_POLICY_CONFLICT';

/**
 * The memory of a policy that does not rule its ruleset: no exit clock runs on while another decides who is a member, so
 * that every leaver's grace starts anew when it rules again, and what is there by then is nobody's drift.
 */
export function withoutRule(status: PolicyStatus): PolicyStatus {
  const { leaving: _leaving, hold: _hold, ruleset: _ruleset, pendingWrite: _pendingWrite, ...rest } = status;
  return rest;
}

function ownConditions(standing: Standing): Stated[] {
  switch (standing.kind) {
    case 'suspended':
      return [ready('False', 'Suspended', 'The policy is suspended: nothing is looked at and nothing is written')];
    case 'stopped':
      return failed(standing.error);
    case 'beginning':
      return [
        ready('Unknown', 'Progressing', 'The first pass of this generation runs'),
        {
          type: 'Reconciling',
          status: 'True',
          reason: 'Progressing',
          message: 'The first pass of this generation runs',
        },
      ];
  }
}
