/** What of a plan is held once the pass has acted. */
import type { HeldItems, Hold } from '../governance/index.js';
import type { ActResult } from './types.js';

export interface StillHeld extends Hold {
  plan: HeldItems;
}

/**
 * A write that is not proved released nothing: what approvals cover is held until it is, so that a failed write neither ends the hold
 * nor the approvals that count for it.
 */
export function stillHeld({ decision, written }: Pick<ActResult, 'decision' | 'written'>): StillHeld | undefined {
  const [hold, plan] = written ? [decision.hold, decision.held] : [decision.heldBy, decision.heldPlan];
  return hold === undefined || plan === undefined ? undefined : { ...hold, plan };
}
