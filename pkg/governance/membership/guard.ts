/**
 * May this plan be applied? What guards and approvals release of it, as the membership to send.
 * Hazard: `clocks` and the windows of a decision are true only once its `target` is applied; where nothing was written
 * (Observe, a refused PUT), the plan's clocks and the old windows go on.
 */
import { planHash, release, type GuardSettings, type Released, type ReleaseTerms } from '../release/index.js';
import type { Decision, HeldItems, Memory, Plan, PlanItem } from './types.js';

/** The plan after the guards. `now` is the start of the pass, Unix ms. */
export function guard(plan: Plan, settings: GuardSettings, memory: Memory, now: number): Decision {
  const { window, entryWindow, contested: isContested } = memory;
  const terms: ReleaseTerms = { settings, window, entryWindow, isContested, now, seenMs: plan.seenMs };
  const changes = {
    ...{ members: plan.live.size, leave: plan.leave, transferred: plan.gone },
    enter: longestWaitingFirst(plan.enter, memory.waitingSince),
  };
  // An approval names the plan as the guards hold it: what is held, and so the hash, is known before any approval is looked at.
  const bare = release(changes, terms);
  const whole = heldPlan(plan, bare, plan.leave);
  const isAsked = memory.approvals !== undefined && bare.hold !== undefined;
  const released = isAsked ? release(changes, { ...terms, approvals: memory.approvals?.(whole) }) : bare;
  const decision = decisionOf({ ...plan, hash: whole.hash }, released);
  return bare.hold === undefined ? decision : { ...decision, heldPlan: whole };
}

function decisionOf(plan: Plan, released: Released<PlanItem>): Decision {
  const { hold, entered, left, approved, isEntryHeld: _isHeld, ...windows } = released;
  const leftIDs = new Set(ids(left));
  const enteredIDs = new Set(ids(entered));
  const target = new Set([...plan.live, ...enteredIDs].filter((id) => !leftIDs.has(id)));
  const rest = plan.leave.filter(({ id }) => !leftIDs.has(id));
  return {
    plan,
    ...(hold !== undefined && { hold, held: heldPlan(plan, released, rest) }),
    target: [...target].sort((a, b) => a - b),
    changes: target.size !== plan.live.size || [...target].some((id) => !plan.live.has(id)),
    toEnter: plan.enter.filter(({ id }) => enteredIDs.has(id)),
    toLeave: left,
    approved,
    clocks: plan.clocks.filter((clock) => !leftIDs.has(clock.id)),
    ...windows,
  };
}

/** What is held of a plan. Entering has a part in it only where a guard holds some of it. */
function heldPlan(
  { enter, rulesetID: target }: Plan,
  { entered, isEntryHeld }: Pick<Released<PlanItem>, 'entered' | 'isEntryHeld'>,
  leaving: PlanItem[],
): HeldItems {
  const passed = new Set(ids(entered));
  const entering = isEntryHeld ? enter.filter(({ id }) => !passed.has(id)) : [];
  return { hash: planHash({ target, entering, leaving }), target, entering, leaving };
}

/** Who has been without protection longest enters first; then by id, so that two machines decide alike. */
function longestWaitingFirst(items: readonly PlanItem[], since: Memory['waitingSince'] = new Map()): PlanItem[] {
  const of = ({ id }: PlanItem): number => since.get(id) ?? Infinity;
  return [...items].sort((a, b) => (of(a) === of(b) ? a.id - b.id : of(a) - of(b)));
}

function ids(items: readonly { id: number }[]): number[] {
  return items.map(({ id }) => id);
}
