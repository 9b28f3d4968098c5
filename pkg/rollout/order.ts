/** In which order repositories get to know the rules: by a hash, so that nobody chooses, and so that nothing has to be remembered. */
import type { RolloutStage } from '../api/index.js';
import { sha256 } from '../base/index.js';

/** Ids by the SHA-256 of the rollout's uid and the id: the same in every process, and another one for every rollout. */
export function inOrder(uid: string, ids: Iterable<number>): number[] {
  const keyed = [...new Set(ids)].map((id) => ({ id, key: sha256(`${uid} ${id}`) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ id }) => id);
}

export interface StageMembers {
  uid: string;
  /** Ids of the repositories that the main ruleset governs. */
  governed: Iterable<number>;
  /** Ids of `spec.first`. */
  first: readonly number[];
  /** Who is a member of the candidate now. */
  members: Iterable<number>;
}

/**
 * Who is to be a member in a stage, sorted by id: the test environment, the first so many percent of the governed, and all who are one
 * already. Nobody leaves by it, so that stages nest also where repositories come and go.
 */
export function stageMembers({ percent }: Pick<RolloutStage, 'percent'>, of: StageMembers): number[] {
  const order = inOrder(of.uid, of.governed);
  const reached = order.slice(0, Math.ceil((order.length * percent) / 100));
  return [...new Set([...of.members, ...of.first, ...reached])].sort((a, b) => a - b);
}
