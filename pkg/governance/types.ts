/** The words of governance: findings in, a plan and a decision out. All plain values; nothing here does I/O. */
import type { ExitClock, FindingStatus, GuardWindow, PlanStatus } from '../api/index.js';
import type { Evidence, Reason } from '../catalog/index.js';
import type { Approval, Hold } from './release/index.js';

/** What one repository's catalogue says, after the policy's filter and archiving have had their word. */
export interface Finding {
  id: number;
  name: string;
  status: FindingStatus;
  lifecycles: string[];
  reasons: Reason[];
  evidence?: Evidence;
  /** Head commit that the verdict belongs to, and the login or name of its author. */
  commit?: string;
  author?: string;
  /**
   * The files were read again in this very pass, in a question of its own, and the answer agreed. Without it a file verdict
   * against membership neither starts an exit clock nor lets anyone leave: one answer, or one from memory, may be wrong.
   */
  confirmed?: boolean;
}

/** A member that a complete listing does not contain, after it was looked up by id. */
export interface AbsentMember {
  id: number;
  name?: string;
  /** Of one that was transferred: the login of its owner now. */
  owner?: string;
  /**
   * `transferred`: another owner has it, as GitHub says. `gone`: 404, while the credential was proved in this pass to see
   * everything; one such proof is not enough. `missing`: 404, which may as well hide the repository; `unseen`: there, but in
   * no listing; `unknown`: GitHub did not say; `waiting`: nobody asked yet, since others had their turn first.
   */
  fate: 'transferred' | 'gone' | 'missing' | 'unseen' | 'unknown' | 'waiting';
}

/** All that was observed of the repositories in one pass. */
export interface Observation {
  findings: readonly Finding[];
  absent: readonly AbsentMember[];
  /** No repository at all has a file: rather the paths are wrong than everybody. No clock starts, and of those listed nobody leaves. */
  isBlind?: boolean;
}

/** What earlier passes left in the status. A bare run has none. */
export interface Memory {
  leaving: readonly ExitClock[];
  /** Nothing of this pass is kept for a later one. */
  forgets?: boolean;
  window?: GuardWindow;
  /** Why nobody may leave in this pass, whatever the plan: ends the sentence of those who would. */
  nobodyLeaves?: string;
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
}

/** The plan after the guards: what may be applied now. */
export interface Decision {
  plan: Plan;
  hold?: Hold;
  /** The whole membership to send, sorted. Never empty when `changes` is true. */
  target: number[];
  changes: boolean;
  entered: PlanItem[];
  left: PlanItem[];
  /** The clocks and the window as they are once `target` is applied. */
  clocks: ExitClock[];
  window?: GuardWindow;
}
