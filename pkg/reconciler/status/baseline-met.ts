/** The condition BaselineMet and `status.baseline`: only where it is switched on, and never part of Ready. */
import type { Condition, PolicyStatus } from '../../api/index.js';
import type { PassOutcome } from '../types.js';

type Draft = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/** Names in a message; `plus1 onboard --all` has them all. */
const MAX_NAMES = 10;

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
): Draft[] {
  if (!request.policy.spec.baseline.enabled) return [];
  const draft = (status: Draft['status'], reason: Draft['reason'], message: string): Draft[] => [
    { type: 'BaselineMet', status, reason, message },
  ];
  if (baseline === undefined) {
    const before = conditions.find(({ type }) => type === 'BaselineMet');
    return before === undefined ? draft('Unknown', 'NotObserved', 'No checklist was looked at yet') : [before];
  }
  const { failing, unknown, pending, repositories } = baseline;
  if (failing.length > 0)
    return draft(
      'False',
      'NotMet',
      `${failing.length} of ${repositories} repositories do not meet it: ${some(failing)}`,
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

const some = (names: readonly string[]): string =>
  names.length <= MAX_NAMES
    ? names.join(', ')
    : `${names.slice(0, MAX_NAMES).join(', ')} and ${names.length - MAX_NAMES} more`;
