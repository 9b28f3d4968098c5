/** The condition BaselineMet and `status.baseline`: only where it is switched on, and never part of Ready. */
import type { PolicyStatus } from '../../api/index.js';
import type { PassOutcome } from '../types.js';
import { someOf, type ConditionDraft } from './condition-draft.js';

/** A pass that did not look leaves it as it was. */
export function baselineStatus(
  { request, baseline }: Omit<PassOutcome, 'status'>,
  before: PolicyStatus['baseline'],
): Pick<PolicyStatus, 'baseline'> {
  if (!request.policy.spec.baseline.enabled) return {};
  if (baseline === undefined) return before === undefined ? {} : { baseline: before };
  const { met, repositories, checks } = baseline;
  return { baseline: { met, repositories, checks } };
}

/** A pass that did not look leaves it as it was. */
export function baselineMet(
  { request, baseline }: Omit<PassOutcome, 'status'>,
  { conditions = [] }: PolicyStatus,
): ConditionDraft[] {
  if (!request.policy.spec.baseline.enabled) return [];
  const draft = (
    status: ConditionDraft['status'],
    reason: ConditionDraft['reason'],
    message: string,
  ): ConditionDraft[] => [{ type: 'BaselineMet', status, reason, message }];
  if (baseline === undefined) {
    const before = conditions.find(({ type }) => type === 'BaselineMet');
    return before === undefined ? draft('Unknown', 'NotObserved', 'No checklist was looked at yet') : [before];
  }
  const { failing, unknown, pending, repositories } = baseline;
  if (failing.length > 0)
    return draft(
      'False',
      'NotMet',
      `${failing.length} of ${repositories} repositories do not meet it: ${someOf(failing)}`,
    );
  if (pending > 0) return draft('Unknown', 'NotObserved', `${pending} repositories were not looked at yet`);
  if (unknown > 0)
    return draft(
      'Unknown',
      'NotObserved',
      `A check is unknown in ${unknown} repositories; plus1 onboard --all says why`,
    );
  return draft('True', 'AllMet', 'Every repository meets its checklist');
}
