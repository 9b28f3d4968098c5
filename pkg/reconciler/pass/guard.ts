/** Guard: what of a plan may be applied. Pure. */
import { GONE, type PolicySpec } from '../../api/index.js';
import { guard, type Decision, type Memory } from '../../governance/index.js';
import type { Planned } from './plan.js';

/** The decision on a plan. */
export function guardPlan({ plan, memory, now, frozenTo }: Planned, { guards }: PolicySpec): Decision {
  const decision = guard(plan, guards, memory, now);
  return frozenTo === undefined ? decision : frozen(decision, frozenTo);
}

/**
 * The decision without anything that was measured, but for who left before the time was found wrong. With a time that
 * cannot be trusted nobody leaves, no clock starts or ends, and no window begins or closes. An observation that clears a
 * clock clears it all the same, since it needs no time: the clock of a repository that was in production in between, or of
 * one that is gone and was seen, must not go on as if it never had been.
 */
export function frozen(decision: Decision, memory: Memory): Decision {
  const { window: counted, entryWindow: entries, ...rest } = decision;
  const after = new Map(decision.plan.clocks.map(({ id, reason }) => [id, reason]));
  const left = new Set(decision.toLeave.map(({ id }) => id));
  // A clock of what is gone, in whose place another kind would start, is cleared too.
  const running = memory.leaving.filter(
    ({ id, reason }) => after.has(id) && (reason !== GONE || after.get(id) === GONE),
  );
  const window = left.size > 0 ? counted : memory.window;
  return {
    ...rest,
    plan: { ...decision.plan, clocks: running },
    clocks: running.filter(({ id }) => !left.has(id)),
    ...(window && { window }),
    // It counts on, from where it began.
    ...(entries && { entryWindow: { ...entries, startTime: memory.entryWindow?.startTime ?? entries.startTime } }),
  };
}
