/** Status of a policy that gets no pass now: suspended, wrong, in conflict, or about to begin. What passes learned stays. */
import type { PolicyStatus } from '../api/index.js';
import type { Plus1Error } from '../errors/index.js';
import { failed, ready, withTimes, type Stated } from './conditions.js';

export type Standing = { kind: 'suspended' } | { kind: 'stopped'; error: Plus1Error } | { kind: 'beginning' };

/** The status with its conditions put right; `observedGeneration` moves only where nothing more will be done for it. */
export function standingStatus(
  previous: PolicyStatus,
  generation: number,
  standing: Standing,
  nowMs: number,
): PolicyStatus {
  const stated = [...ownConditions(standing), compliantAsBefore(previous)];
  const conditions = withTimes(stated, previous.conditions ?? [], generation, new Date(nowMs).toISOString());
  return { ...previous, conditions, ...(standing.kind === 'beginning' ? {} : { observedGeneration: generation }) };
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

function compliantAsBefore(previous: PolicyStatus): Stated {
  const before = previous.conditions?.find(({ type }) => type === 'Compliant');
  return (
    before ?? {
      type: 'Compliant',
      status: 'Unknown',
      reason: 'NotObserved',
      message: 'No pass has seen the organization yet',
    }
  );
}
