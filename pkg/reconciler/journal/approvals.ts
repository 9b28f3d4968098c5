/** The records of approvals: when each is first seen, and what became of it. Pure. */
import { durationMs } from '../../api/index.js';
import { holdTimes, type ApprovalVerdict } from '../../governance/index.js';
import type { Data, Entry, Recorded } from '../../journal/index.js';
import type { PassOutcome } from '../types.js';
import { redacted } from './redacted.js';

type Approval = Data<'PlanHeld'>['approvals'][number];

/** An approval as records name it. */
export const toldApproval = ({ approval }: ApprovalVerdict): Approval => {
  const { approver, groups, kind, reason, time, verified, uid } = approval;
  return redacted({ approver, groups: [...groups], kind, reason, time, verified, uid });
};

/** Those that this pass saw first, and those that it rejected. */
export function approvalEntries({ approvals = [], inputs }: Pick<PassOutcome, 'approvals' | 'inputs'>): Entry[] {
  return [...approvals, ...(inputs?.verdicts ?? [])].flatMap((verdict): Entry[] => {
    const { approval, state, message } = verdict;
    const data = { ...toldApproval(verdict), planHash: approval.planHash };
    if (state === 'Rejected') return [{ kind: 'ApprovalRejected', data: { ...data, message: redacted(message) } }];
    const isNew = approval.state === undefined && approval.message === undefined;
    return isNew ? [{ kind: 'ApprovalGiven', data }] : [];
  });
}

/** `HoldExpired`, where the wait of a hold was over that goes on. */
export function expiryEntries(
  recorded: Pick<Recorded, 'hold'>,
  { request, status, startMs, approvals = [] }: PassOutcome,
): Entry[] {
  const timeoutMs = durationMs(request.policy.spec.guards.approval.timeout);
  const times = holdTimes(request.status.hold, { timeoutMs, now: startMs });
  const before = recorded.hold as Data<'PlanHeld'> | null;
  if (before === null || status.hold === undefined || times?.hasExpired !== true) return [];
  const { planHash, reason, leave, enter } = before;
  const expired = approvals.filter(({ state }) => state === 'Expired').map(toldApproval);
  return [{ kind: 'HoldExpired', data: { planHash, reason, leave, enter, approvals: expired } }];
}
