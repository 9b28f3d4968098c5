/** Whether a policy keeps within the operator's limits. One that does not gets no plan, and nothing is written for it. */
import type { LiveRuleset, PolicySpec } from '../../api/index.js';
import { Plus1Error } from '../../errors/index.js';
import { limitFaults, runningWindow, type OperatorLimits } from '../../governance/index.js';
import { memoryOf } from '../memory/write-mark.js';
import type { PassRequest } from '../types.js';
import type { Planned } from './plan.js';

/** Why the policy gets no pass, as far as that can be told without the membership (or with `members`). */
export function limitError(spec: PolicySpec, limits: OperatorLimits, members?: number): Plus1Error | undefined {
  const faults = limitFaults(spec, limits, members);
  return faults.length === 0 ? undefined : new Plus1Error('PLUS1_LIMIT_EXCEEDED', faults.join('; '));
}

/**
 * Throws PLUS1_LIMIT_EXCEEDED. A count and a percentage are compared at the membership that the guards measure with: that of the
 * running window, else that of the ruleset as this pass found it.
 */
export function requireWithinLimits(
  { policy: { spec }, status }: PassRequest,
  live: LiveRuleset,
  { limits = {}, now }: { limits?: OperatorLimits | undefined; now: number },
): void {
  const window = runningWindow(memoryOf(status, live).window, spec.guards.window, { now, seenMs: now });
  const error = limitError(spec, limits, window?.members ?? live.members.size);
  if (error !== undefined) throw error;
}

/**
 * The same for a plan: the window that the guards will measure with may have gone since, for nobody left in it, and each view of the
 * ruleset has members of its own.
 */
export function limitErrorOfPlan(
  spec: PolicySpec,
  { plan, memory, now }: Planned,
  live: LiveRuleset,
  limits: OperatorLimits = {},
): Plus1Error | undefined {
  const window = runningWindow(memory.window, spec.guards.window, { now, seenMs: plan.seenMs });
  return limitError(spec, limits, window?.members ?? live.members.size);
}
