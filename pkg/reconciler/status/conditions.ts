/**
 * The conditions of a policy after a pass: one file each, put together here. The words of `Ready` and `Compliant` are decided in
 * `ready.ts` and `compliant.ts` and nowhere else. kstatus: both are always there, Reconciling, Stalled and Held only while True; times
 * move only with the status.
 */
import type { Condition, PolicyStatus } from '../../api/index.js';
import type { PassOutcome } from '../types.js';
import { baselineMet } from './baseline-met.js';
import { compliant } from './compliant.js';
import { withTimes } from './condition-draft.js';
import { hardened } from './hardened.js';
import { held } from './held-condition.js';
import { readiness } from './ready.js';

/** The whole condition list after a pass. */
export function conditionsOf(
  outcome: Omit<PassOutcome, 'status'>,
  previous: PolicyStatus,
  compliance: PolicyStatus['compliance'],
): Condition[] {
  const stated = [
    ...readiness(outcome),
    compliant(outcome, previous, compliance),
    ...hardened(outcome, previous),
    ...baselineMet(outcome, previous),
    ...held(outcome, previous),
  ];
  return withTimes(
    stated,
    previous.conditions ?? [],
    outcome.request.policy.metadata.generation ?? 1,
    new Date(outcome.endMs).toISOString(),
  );
}
