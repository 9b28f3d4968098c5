/** What is held, and what keeps an approval from releasing it, in a sentence for a condition. */
import type { Hold } from '../../governance/index.js';
import type { PassOutcome } from '../types.js';

/**
 * Where nothing proves who approves, groups and an Emergency count for nothing: people who wait for an approval by a group would wait
 * for ever.
 */
export function heldText({ message }: Hold, outcome: Pick<PassOutcome, 'request' | 'approvalsAreClaims'>): string {
  const { groups, emergencyGroups } = outcome.request.policy.spec.guards.approval;
  if (outcome.approvalsAreClaims !== true || (groups.length === 0 && emergencyGroups.length === 0)) return message;
  const named = [...(groups.length > 0 ? ['groups'] : []), ...(emergencyGroups.length > 0 ? ['emergencyGroups'] : [])];
  const fields = named.map((name) => `guards.approval.${name}`).join(' and ');
  return `${message}; ${fields} cannot be met: nothing proves the groups of an approver here, since the admission policy for approvals is off`;
}
