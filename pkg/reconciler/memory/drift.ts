/**
 * Drift: the live membership differs from what the last pass left, by someone else's hand. Repositories that went from
 * the organization are no drift: GitHub drops their ids by itself.
 */
import type { LiveRuleset, PolicyStatus } from '../../api/index.js';
import { membersHash } from '../../governance/index.js';

export interface Drift {
  added: number[];
  removed: number[];
}

/** Passes in a row that find our last write undone before the plan is held: by then it is a contest, not an accident. */
export const CONTESTED_AFTER = 3;

export interface DriftInput {
  live: LiveRuleset;
  status: PolicyStatus;
  /** The membership as the last pass left it, where it is still known. */
  left: ReadonlySet<number> | undefined;
  /** Ids that the listing contains. */
  listed: ReadonlySet<number>;
}

/** What someone else changed, or undefined where nobody did, or nothing is known of how it was left. */
export function findDrift({ live, status, left, listed }: DriftInput): Drift | undefined {
  // An act without outcome explains any difference: its own write may or may not have been applied.
  if (status.ruleset === undefined || status.pendingWrite !== undefined || status.ruleset.id !== live.id)
    return undefined;
  if (membersHash([...live.members]) === status.ruleset.membersHash) return undefined;
  if (left === undefined || membersHash([...left]) !== status.ruleset.membersHash) return { added: [], removed: [] };
  const added = [...live.members].filter((id) => !left.has(id)).sort((a, b) => a - b);
  const removed = [...left].filter((id) => !live.members.has(id) && listed.has(id)).sort((a, b) => a - b);
  return added.length + removed.length === 0 ? undefined : { added, removed };
}
