/**
 * Drift: the live membership differs from what the last pass left, by someone else's hand. Repositories that went from
 * the organization are no drift: GitHub drops their ids by itself.
 */
import type { LiveRuleset, PolicyStatus } from '../../api/index.js';
import { membersHash } from '../../base/index.js';

export interface Drift {
  added: number[];
  removed: number[];
}

/** Passes in a row that find our last write undone before the plan is held: by then it is a contest, not an accident. */
export const CONTESTED_AFTER = 3;

/** How a pass found what the last one left. Neither drift nor in place: it is not known. */
export interface LastWriteSight {
  drift?: Drift;
  /** The membership is the one that our last write left, or that a complete pass found nothing to change in. */
  isInPlace?: true;
}

/**
 * True where somebody put back what had left, or nobody knows what was changed. In a contest that leaves us with what they want: to find
 * it again says nothing of our write, since there was none.
 */
export const isPutBack = ({ drift }: LastWriteSight): boolean =>
  drift !== undefined && (drift.added.length > 0 || drift.removed.length === 0);

export interface DriftInput {
  live: LiveRuleset;
  status: PolicyStatus;
  /** The membership as the last pass left it, where it is still known. */
  left: ReadonlySet<number> | undefined;
  /** Ids that the listing contains. */
  listed: ReadonlySet<number>;
}

/**
 * What someone else changed, or that nobody did. Nothing is said where nothing is known of how it was left, and where only
 * ids differ that the listing does not contain: they went, or the listing is short.
 */
export function sightOfLastWrite({ live, status, left, listed }: DriftInput): LastWriteSight {
  // An act without outcome explains any difference: its own write may or may not have been applied.
  if (status.ruleset === undefined || status.pendingWrite !== undefined || status.ruleset.id !== live.id) return {};
  if (membersHash([...live.members]) === status.ruleset.membersHash)
    return leftItsWrite(status) ? { isInPlace: true } : {};
  if (left === undefined || membersHash([...left]) !== status.ruleset.membersHash)
    return { drift: { added: [], removed: [] } };
  const added = [...live.members].filter((id) => !left.has(id)).sort((a, b) => a - b);
  const removed = [...left].filter((id) => !live.members.has(id) && listed.has(id)).sort((a, b) => a - b);
  return added.length + removed.length === 0 ? {} : { drift: { added, removed } };
}

/**
 * Whether the membership that is remembered is the one that Plus1 wants. A pass that wrote nothing because it failed, could not
 * see all, only observed or was not allowed to let enter leaves the membership as somebody else made it: to find that again says
 * nothing of our write.
 */
function leftItsWrite({ lastPass, hold, entryWindow }: PolicyStatus): boolean {
  if (lastPass === undefined) return false;
  if (lastPass.entered + lastPass.left > 0) return true;
  return lastPass.result === 'Succeeded' || (lastPass.result === 'Held' && !mayHoldEntries(hold, entryWindow));
}

/** The hold of a rollback goes on for long, and it is named before a guard that holds what enters (which has a window). */
function mayHoldEntries(hold: PolicyStatus['hold'], entryWindow: PolicyStatus['entryWindow']): boolean {
  return hold?.reason === 'TooManyEntering' || (hold?.reason === 'RolledBack' && entryWindow !== undefined);
}
