/**
 * May this plan be applied? What guards and approvals release of it, as the membership to send.
 * Hazard: `clocks` and `window` of a decision are true only once its `target` is applied; where nothing was written
 * (Observe, a refused PUT), the plan's clocks and the old window go on.
 */
import { release, type GuardSettings } from '../release/index.js';
import type { Decision, Memory, Plan } from './types.js';

/** The plan after the guards. `now` is the start of the pass, Unix ms. */
export function guard(plan: Plan, settings: GuardSettings, memory: Memory, now: number): Decision {
  const { hold, entered, left, window } = release(
    { members: plan.live.size, enter: plan.enter, leave: plan.leave, transferred: plan.gone },
    {
      settings,
      window: memory.window,
      isContested: memory.contested,
      approvals: memory.approvals,
      now,
      seenMs: plan.seenMs,
    },
  );
  const leftIDs = new Set(ids(left));
  const target = new Set([...plan.live, ...ids(entered)].filter((id) => !leftIDs.has(id)));
  return {
    plan,
    ...(hold !== undefined && { hold }),
    target: [...target].sort((a, b) => a - b),
    changes: target.size !== plan.live.size || [...target].some((id) => !plan.live.has(id)),
    toEnter: entered,
    toLeave: left,
    clocks: plan.clocks.filter((clock) => !leftIDs.has(clock.id)),
    ...(window !== undefined && { window }),
  };
}

function ids(items: readonly { id: number }[]): number[] {
  return items.map(({ id }) => id);
}
