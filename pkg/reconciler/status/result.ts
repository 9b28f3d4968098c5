/**
 * One word for a pass. The order is decided here and nowhere else: conditions, metrics, report and exit codes all begin with this
 * word. Hazard: an error hides what is incomplete, and what is incomplete hides a hold; a person must see the first cause.
 */
import type { LastPass, PassResult } from '../../api/index.js';
import { stillHeld } from '../held.js';
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
  return acted === undefined || stillHeld(acted) === undefined ? 'Succeeded' : 'Held';
}

/** The kind of a pass, as status, log and metrics name it. */
export const passType = ({ isQuick }: Pick<PassOutcome, 'isQuick'>): LastPass['type'] =>
  isQuick === true ? 'Quick' : 'Full';
