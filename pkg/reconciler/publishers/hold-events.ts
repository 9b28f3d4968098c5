/** Events of a hold: it began or its plan changed, it expired, something of it was approved. Pure. */
import { durationMs, type PolicyStatus } from '../../api/index.js';
import { holdTimes } from '../../governance/index.js';
import type { PolicyEvent } from '../../policies/index.js';
import { stillHeld } from '../held.js';
import type { PassOutcome } from '../types.js';

/** What is worth an event, given the status before the pass. */
export function holdEvents(outcome: PassOutcome, previous: PolicyStatus): PolicyEvent[] {
  return [...held(outcome, previous), ...expired(outcome), ...approved(outcome), ...bypassed(outcome)];
}

/** A hold that begins with a rollback is told of with it. */
function held({ acted, status, rollback }: PassOutcome, previous: PolicyStatus): PolicyEvent[] {
  if (rollback?.isApplied === true) return [];
  const hold = acted && stillHeld(acted);
  if (hold === undefined || status.hold === undefined || status.hold.planHash === previous.hold?.planHash) return [];
  return [{ type: 'Warning', reason: 'PlanHeld', action: 'Guard', message: `${hold.reason}: ${hold.message}` }];
}

/** Once for each pass that finds the wait over, however often it was over since the last. */
function expired({ acted, seen, status, request, startMs }: PassOutcome): PolicyEvent[] {
  const { timeout } = request.policy.spec.guards.approval;
  const times = holdTimes(request.status.hold, { timeoutMs: durationMs(timeout), now: startMs });
  if (acted === undefined || seen?.skewed !== false || status.hold === undefined || times?.hasExpired !== true)
    return [];
  const message = `No approval released the held plan within ${timeout}; approvals that were given until then count no more`;
  return [{ type: 'Warning', reason: 'HoldExpired', action: 'Guard', message }];
}

function approved({ acted, approvals = [] }: PassOutcome): PolicyEvent[] {
  const count = acted?.written === true ? acted.decision.approved.length : 0;
  if (count === 0) return [];
  const used = approvals.filter(({ state }) => state === 'Used').map(({ approval }) => approval.approver);
  const message = `${count} held ${count === 1 ? 'change was' : 'changes were'} applied, approved by ${[...new Set(used)].sort().join(', ')}`;
  return [{ type: 'Normal', reason: 'PlanApproved', action: 'Guard', message }];
}

function bypassed({ approvals = [] }: PassOutcome): PolicyEvent[] {
  return approvals
    .filter(({ state, approval }) => state === 'Used' && approval.kind === 'Emergency')
    .map(({ approval: { approver, reason } }) => ({
      type: 'Warning',
      reason: 'EmergencyBypass',
      action: 'Guard',
      message: `${approver} released the held plan alone: ${reason}`,
    }));
}
