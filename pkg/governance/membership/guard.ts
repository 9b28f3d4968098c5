/**
 * May this plan be applied? What guards and approvals release of it, as the membership to send.
 * Hazard: `clocks` and the windows of a decision are true only once its `target` is applied; where nothing was written
 * (Observe, a refused PUT), the plan's clocks and the old windows go on.
 */
import {
  decide,
  GOVERNED,
  planHash,
  ROLLED_BACK,
  type AssignedDecision,
  type GuardSettings,
  type HeldChanges,
} from '../release/index.js';
import type { Decision, HeldItems, Memory, Plan, PlanItem } from './types.js';

/** The plan after the guards. `now` is the start of the pass, Unix ms. */
export function guard(plan: Plan, settings: GuardSettings, memory: Memory, now: number): Decision {
  const { window, entryWindow, entriesCounted, contested: isContested, rolledBack: isRolledBack, approvals } = memory;
  const changes = {
    ...{ target: plan.rulesetID, members: plan.live.size, leave: plan.leave, transferred: plan.gone },
    enter: longestWaitingFirst(plan.enter, memory.waitingSince),
  };
  const terms = {
    ...{ settings, window, entryWindow, entriesCounted, isContested, isRolledBack },
    ...{ now, seenMs: plan.seenMs },
  };
  const decided = decide(
    GOVERNED,
    changes,
    terms,
    approvals && ((held) => approvals({ ...held, target: plan.rulesetID })),
  );
  const whole = itemsOf(plan, decided.whole);
  const decision = decisionOf({ ...plan, hash: whole.hash }, decided);
  return decided.heldBy === undefined ? decision : { ...decision, heldPlan: whole, heldBy: decided.heldBy };
}

/** The hold of a rollback that has just been applied: nobody of the plan that was made for it is held. */
export function rolledBackHold({
  rulesetID: target,
}: Pick<Plan, 'rulesetID'>): Required<Pick<Decision, 'hold' | 'heldBy' | 'held' | 'heldPlan'>> {
  const nobody = { target, entering: [], leaving: [] };
  const held = { ...nobody, hash: planHash(nobody) };
  return { hold: ROLLED_BACK, heldBy: ROLLED_BACK, held, heldPlan: held };
}

function decisionOf(plan: Plan, decided: AssignedDecision<PlanItem>): Decision {
  const { hold, held, entered, left, approved, window, openWindow, entryWindow } = decided;
  const leftIDs = new Set(ids(left));
  const enteredIDs = new Set(ids(entered));
  const target = new Set([...plan.live, ...enteredIDs].filter((id) => !leftIDs.has(id)));
  return {
    plan,
    ...(hold !== undefined && { hold }),
    ...(held !== undefined && { held: itemsOf(plan, held) }),
    target: [...target].sort((a, b) => a - b),
    changes: target.size !== plan.live.size || [...target].some((id) => !plan.live.has(id)),
    toEnter: plan.enter.filter(({ id }) => enteredIDs.has(id)),
    toLeave: left,
    approved,
    clocks: plan.clocks.filter((clock) => !leftIDs.has(clock.id)),
    ...(window && { window }),
    ...(openWindow && { openWindow }),
    ...(entryWindow && { entryWindow }),
  };
}

/** In the order of the plan, which is by name. */
function itemsOf(
  { enter, leave, rulesetID: target }: Plan,
  { hash, entering, leaving }: HeldChanges<PlanItem>,
): HeldItems {
  const within = (items: readonly PlanItem[], held: readonly PlanItem[]): PlanItem[] => {
    const has = new Set(ids(held));
    return items.filter(({ id }) => has.has(id));
  };
  return { hash, target, entering: within(enter, entering), leaving: within(leave, leaving) };
}

/** Who has been without protection longest enters first; then by id, so that two machines decide alike. */
function longestWaitingFirst(items: readonly PlanItem[], since: Memory['waitingSince'] = new Map()): PlanItem[] {
  const of = ({ id }: PlanItem): number => since.get(id) ?? Infinity;
  return [...items].sort((a, b) => (of(a) === of(b) ? a.id - b.id : of(a) - of(b)));
}

function ids(items: readonly { id: number }[]): number[] {
  return items.map(({ id }) => id);
}
