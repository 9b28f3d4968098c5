/** The words of membership: what a plan and a decision are made of. All plain values; nothing here does I/O. */
import type { EntryWindow, ExitClock, GuardWindow, PlanStatus } from '../../api/index.js';
import type { Approval, HashedPlan, Hold } from '../release/index.js';

/** What earlier passes left in the status. A bare run has none. */
export interface Memory {
  leaving: readonly ExitClock[];
  /** Nothing of this pass is kept for a later one. */
  forgets?: boolean;
  window?: GuardWindow;
  entryWindow?: EntryWindow;
  /** Whom `entryWindow` counts already: a write by which they would enter has no known outcome. */
  entriesCounted?: ReadonlySet<number>;
  /** Since when those that ought to be members are none, Unix ms by id. */
  waitingSince?: ReadonlyMap<number, number>;
  /** Why nobody may leave in this pass, whatever the plan: ends the sentence of those who would. */
  freezeReason?: string;
  /** Whom `freezeReason` does not keep: a write of this pass that is not proved counts them already. */
  again?: ReadonlySet<number> | undefined;
  /** Someone else keeps undoing our last write: nobody leaves until that ends. */
  contested?: boolean;
  /** The membership was rolled back, and nobody released it yet: nobody leaves but by an approval. */
  rolledBack?: boolean;
  /** What people approved, given the plan that the guards hold. */
  approvals?: (plan: HeldPlan) => readonly Approval[];
  /** Ids for which GitHub refused the last write: who of them is gone by two proofs leaves in mode EnterOnly too. */
  refused?: ReadonlySet<number>;
}

/** A plan that waits for an approval, by what an approval names. */
export interface HeldPlan extends HashedPlan {
  hash: string;
  /** Id of the ruleset. */
  target: number;
}

export interface PlanItem {
  id: number;
  name: string;
  status: PlanStatus;
  /** One sentence for people. */
  reason: string;
}

/** The pure difference between what is and what should be. */
export interface Plan {
  /** `sha256:` over the ruleset's id and the sorted ids that leave, and that a guard keeps from entering, with their statuses. */
  hash: string;
  rulesetID: number;
  /** Membership as it is. */
  live: ReadonlySet<number>;
  enter: PlanItem[];
  /** Who ought to be a member and cannot be made one, with why. Absent where there is nobody. */
  barred?: PlanItem[];
  /** Members whose grace is over, or that two proofs say are gone; guards apply. */
  leave: PlanItem[];
  /** Members proved to be transferred: they leave at once and count in no guard. */
  gone: PlanItem[];
  /** Members that are not desired and stay all the same. */
  retain: PlanItem[];
  /** Ids of desired members. */
  stay: number[];
  /** The exit clocks as they run after this pass, if nobody of `leave` leaves. */
  clocks: ExitClock[];
  /** When all was seen that the plan rests on, Unix ms: from then on runs what starts by it. */
  seenMs: number;
}

/** The same with names and sentences. */
export interface HeldItems extends HeldPlan {
  entering: PlanItem[];
  leaving: PlanItem[];
}

/** The plan after the guards: what may be applied now. */
export interface Decision {
  plan: Plan;
  hold?: Hold;
  /** The whole membership to send, sorted. Never empty when `changes` is true. */
  target: number[];
  changes: boolean;
  toEnter: PlanItem[];
  toLeave: PlanItem[];
  /** The plan that guards hold, as people are asked to approve it: before any approval released some of it. */
  heldPlan?: HeldItems;
  /** Why guards hold that plan. */
  heldBy?: Hold;
  /** What stays held, in both ways, with the hash of the plan that it is. */
  held?: HeldItems;
  /** Who of those above passes by an approval alone. */
  approved: PlanItem[];
  /** The clocks and the window as they are once `target` is applied. */
  clocks: ExitClock[];
  window?: GuardWindow;
  /** The window of a write whose outcome is not known yet: it counts also those who leave by an approval. */
  openWindow?: GuardWindow;
  entryWindow?: EntryWindow;
}
