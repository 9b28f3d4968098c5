/** The words of membership: what a plan and a decision are made of. All plain values; nothing here does I/O. */
import type { ExitClock, GuardWindow, PlanStatus } from '../../api/index.js';
import type { Approval, Hold } from '../release/index.js';

/** What earlier passes left in the status. A bare run has none. */
export interface Memory {
  leaving: readonly ExitClock[];
  /** Nothing of this pass is kept for a later one. */
  forgets?: boolean;
  window?: GuardWindow;
  /** Why nobody may leave in this pass, whatever the plan: ends the sentence of those who would. */
  freezeReason?: string;
  /** Whom `freezeReason` does not keep: a write of this pass that is not proved counts them already. */
  again?: ReadonlySet<number> | undefined;
  /** Someone else keeps undoing our last write: nobody leaves until that ends. */
  contested?: boolean;
  /** Of people, for changes that a guard held. */
  approvals?: readonly Approval[];
  /** Ids for which GitHub refused the last write: who of them is gone by two proofs leaves in mode EnterOnly too. */
  refused?: ReadonlySet<number>;
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
  /** `sha256:` over the ruleset's id and the sorted ids that leave, with their reasons. */
  hash: string;
  rulesetID: number;
  /** Membership as it is. */
  live: ReadonlySet<number>;
  enter: PlanItem[];
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

/** The plan after the guards: what may be applied now. */
export interface Decision {
  plan: Plan;
  hold?: Hold;
  /** The whole membership to send, sorted. Never empty when `changes` is true. */
  target: number[];
  changes: boolean;
  toEnter: PlanItem[];
  toLeave: PlanItem[];
  /** The clocks and the window as they are once `target` is applied. */
  clocks: ExitClock[];
  window?: GuardWindow;
}
