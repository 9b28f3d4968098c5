/**
 * One word for a pass. The order is decided here and nowhere else: conditions, metrics, report and exit codes all begin with this
 * word. Hazard: an error hides what is incomplete, and what is incomplete hides a hold; a person must see the first cause.
 */
import type { PassResult } from '../../api/index.js';
import type { PassOutcome } from '../types.js';

/** Failed comes before Incomplete, and Incomplete before Held. A policy that only observes is never held. */
export function passResult({
  error,
  seen,
  acted,
  request,
}: Pick<PassOutcome, 'error' | 'seen' | 'acted' | 'request'>): PassResult {
  if (error !== undefined) return 'Failed';
  if (seen?.complete !== true || seen.skewed) return 'Incomplete';
  if (request.policy.spec.mode === 'Observe') return 'Observed';
  return acted?.decision.hold === undefined ? 'Succeeded' : 'Held';
}
