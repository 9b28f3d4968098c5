/**
 * The port of a set that Plus1 keeps true beside the repositories under the ruleset of a policy. Where its members stand, and what speaks
 * for and against them, is known behind it and nowhere else: guards, holds, approvals, the journal and the proof of a write work on ids.
 */
import type { Assignment, Change } from '../../governance/index.js';

/** One that is in the set, or is to be. */
export interface AssignedItem extends Change {
  name: string;
  /** One sentence for people. */
  reason: string;
}

export interface AssignedSet<T extends AssignedItem = AssignedItem> {
  /** Which side of it reduces protection, and what holds that. */
  readonly assignment: Assignment;
  /** Which set of that assignment: the uid of the object that asks for it. */
  readonly target: string;
  /** What is in it now, by id: each as it would leave. */
  read(signal: AbortSignal): Promise<ReadonlyMap<number, T>>;
  /** Sends the whole set, once. Throws Plus1Error where it was not taken, or nobody knows: what became of it is read afterwards. */
  write(ids: readonly number[], signal: AbortSignal): Promise<void>;
  /** True where what was read is exactly what was sent. */
  isSame(ids: ReadonlySet<number>, sent: readonly number[]): boolean;
  /** Why that one may not weaken the set in this pass, for lack of evidence; undefined where it may. */
  doubt(item: T): string | undefined;
}
