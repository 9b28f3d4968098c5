/** Status of a policy that gets no pass now: suspended, wrong, in conflict, or about to begin. What passes learned stays. */
import type { Condition, PolicyStatus } from '../../api/index.js';
import type { Plus1Error } from '../../errors/index.js';
import { withoutProof } from '../memory/open-write.js';
import { compliantAsBefore, compliantEndsMs } from './compliant.js';
import { withTimes, type ConditionDraft } from './condition-draft.js';
import { heldAsBefore } from './held-condition.js';
import { failed, ready } from './ready.js';

/** Why a policy gets no pass now, where that changes its status. */
export type IdleReason =
  | { kind: 'suspended' }
  /** `nextPassMs`: when it is looked at again by itself, Unix ms. */
  | { kind: 'stopped'; error: Plus1Error; nextPassMs?: number }
  | { kind: 'beginning' };

/** A quick pass that ended at its glance. */
export interface UnchangedPass {
  seconds: number;
  /** How many it sent to GitHub. */
  requests: number;
}

/** Why a policy gets no pass now. */
export type IdleCause =
  | IdleReason
  /** A quick pass found nothing changed and nothing due. The status stays as it is, but for a good sight that is too old. */
  | ({ kind: 'unchanged' } & UnchangedPass)
  /** For its next pass. The status stays as it is, but for a good sight that is too old. */
  | { kind: 'waiting' }
  /** The status cannot be read, and must not be overwritten. */
  | { kind: 'unreadable'; error: Plus1Error };

/** The request for a look that has ended by it; one that begins a pass is echoed when that pass has ended. */
export function echo(reconcileAt: string | undefined): Pick<PolicyStatus, 'lastHandledReconcileAt'> {
  return reconcileAt === undefined ? {} : { lastHandledReconcileAt: reconcileAt };
}

/** The status with its conditions put right; `observedGeneration` moves only where nothing more will be done for it. */
export function idleStatus(previous: PolicyStatus, generation: number, cause: IdleReason, nowMs: number): PolicyStatus {
  const kept = isConflict(cause) ? withoutRule(previous) : previous;
  const stated = [...ownConditions(cause), compliantAsBefore(previous, nowMs), ...heldAsBefore(kept)];
  const conditions = withTimes(stated, previous.conditions ?? [], generation, new Date(nowMs).toISOString());
  if (cause.kind === 'beginning') return { ...kept, conditions };
  const { nextPassTime: _none, ...rest } = kept;
  const { nextPassMs } = cause.kind === 'stopped' ? cause : {};
  const next = nextPassMs === undefined ? {} : { nextPassTime: new Date(nextPassMs).toISOString() };
  return { ...rest, conditions, observedGeneration: generation, ...next };
}

/** The status between two passes: only what was seen too long ago is known no longer. */
export function agedStatus(previous: PolicyStatus, nowMs: number): PolicyStatus {
  const { conditions = [] } = previous;
  const endsMs = compliantEndsMs(previous);
  if (endsMs === undefined || nowMs < endsMs) return previous;
  const now = new Date(nowMs).toISOString();
  const aged = (each: Condition): Condition[] =>
    each.type === 'Compliant'
      ? withTimes([compliantAsBefore(previous, nowMs)], conditions, each.observedGeneration, now)
      : [each];
  return { ...previous, conditions: conditions.flatMap(aged) };
}

const isConflict = (cause: IdleReason): boolean =>
  cause.kind === 'stopped' && cause.error.code === 'PLUS1_POLICY_CONFLICT';

/**
 * The memory of a policy that does not rule its ruleset: no exit clock runs on while another decides who is a member, so
 * that every leaver's grace starts again when it rules again, and what is there by then is nobody's drift. A write that was sent
 * may be applied all the same, and what the other writes shows nothing of it.
 */
export function withoutRule(status: PolicyStatus): PolicyStatus {
  const { leaving: _leaving, hold: _hold, ruleset: _ruleset, ...rest } = withoutProof(status);
  return rest;
}

function ownConditions(cause: IdleReason): ConditionDraft[] {
  switch (cause.kind) {
    case 'suspended':
      return [ready('False', 'Suspended', 'The policy is suspended: nothing is looked at and nothing is written')];
    case 'stopped':
      return failed(cause.error);
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

/** As the last look left it, so that a suspension is reported once and not at every look. */
export const isSuspended = (status: PolicyStatus): boolean => readyReason(status) === 'Suspended';

export const readyReason = ({ conditions }: PolicyStatus): string | undefined =>
  conditions?.find(({ type }) => type === 'Ready')?.reason;
