/** guards: no more leave within a window than the policy lets, never below the least number of members, and none by a mode that lets none. */
import type { Chronicle, Put } from '../model/chronicle.js';
import { msOf, shareOf, type Spec } from '../model/spec.js';
import { covers } from './approval.js';
import { leavesOf, type Leave } from './evidence.js';
import { isStanding, mayBeBegun, mayStand } from './rollback.js';

interface Batch {
  put: Put;
  specs: Spec[];
  /** Those that guards count. */
  ids: number[];
  /** Those of them that an approval covers. */
  covered: Set<number>;
  /** Nobody leaves but by an approval. */
  isRolledBack: boolean;
  /** Perhaps nobody does. */
  mayBeRolledBack: boolean;
  /** Who leaves at all. */
  leaving: Leave[];
}

interface Window {
  start: number;
  members: number;
  left: number;
}

export function guards(chronicle: Chronicle): string[] {
  const batches = batchesOf(chronicle);
  return [...batches.flatMap(alone), ...inWindows(batches)];
}

function batchesOf(chronicle: Chronicle): Batch[] {
  const leaves = leavesOf(chronicle);
  return chronicle.puts.flatMap((put) => {
    const leaving = leaves.filter((leave) => leave.put === put);
    const ids = leaving.filter(({ way }) => way !== 'transferred').map(({ id }) => id);
    const specs = chronicle.inForce(put.start, put.at).flatMap(({ spec }) => spec ?? []);
    const covered = new Set(ids.filter((id) => specs.some((spec) => covers(chronicle, put, id, spec))));
    const isRolledBack = isStanding(chronicle, put);
    const mayBeRolledBack = mayStand(chronicle, put) || mayBeBegun(chronicle, put);
    return leaving.length === 0 ? [] : [{ put, specs, ids, covered, leaving, isRolledBack, mayBeRolledBack }];
  });
}

/** An answer of GitHub takes less. */
const LATE_MS = 60_000;

/** What needs no other write to be judged. */
function alone({ put, specs, ids, covered, leaving, isRolledBack }: Batch): string[] {
  const at = `pass ${put.pass} at ${new Date(put.at).toISOString()}`;
  const isAllowed = (allows: (spec: Spec) => boolean): boolean => specs.some(allows);
  const held = ids.filter((id) => !covered.has(id));
  return [
    ...(put.members.length === 0 ? [`guards: ${at} sent an empty set`] : []),
    ...(held.length > 0 && !isAllowed(({ guards: { minMembers } }) => put.members.length >= minMembers)
      ? [`guards: ${at} left ${put.members.length} members`]
      : []),
    ...(!isAllowed(({ mode }) => mode === 'Enforce') && leaving.some(({ way }) => way !== 'gone')
      ? [`guards: ${at} let ${ids.join(',')} leave by EnterOnly`]
      : []),
    ...(held.length > 0 && (isRolledBack || !isAllowed(({ guards: { approval } }) => approval.policy === 'WhenHeld'))
      ? [`approval: ${at} let ${held.join(',')} leave, and nobody approved`]
      : []),
  ];
}

/**
 * Windows follow each other: one begins with the first leave after the last one has ended. Which attempt began one is not known where
 * a write was not applied, so that every way to place them is tried.
 */
function inWindows(batches: readonly Batch[]): string[] {
  const reached = { at: -1 };
  if (fits(batches, 0, undefined, reached)) return [];
  const { put, ids } = batches[reached.at] as Batch;
  return [
    `guards: pass ${put.pass} at ${new Date(put.at).toISOString()} let ${ids.join(',')} leave above guards.maxLeaving`,
  ];
}

/**
 * Somebody put them all back that a write of unknown outcome took out minutes after it was sent: the next read shows what was there before it,
 * as where it never came.
 */
function wasUndone({ put: { at, appliedAt = at }, ids }: Batch, next: Batch | undefined): boolean {
  const members = new Set(next?.put.read);
  return appliedAt - at > LATE_MS && ids.every((id) => members.has(id));
}

function fits(batches: readonly Batch[], index: number, window: Window | undefined, reached: { at: number }): boolean {
  const batch = batches[index];
  reached.at = Math.max(reached.at, Math.min(index, batches.length - 1));
  if (batch === undefined) return true;
  const { put, specs, ids, covered } = batch;
  const isApplied = put.appliedAt !== undefined && !wasUndone(batch, batches[index + 1]);
  const held = ids.filter((id) => !covered.has(id)).length;
  const next = (after: Window | undefined): boolean => fits(batches, index + 1, after, reached);
  const begun = { start: put.start, members: put.read?.length ?? 0, left: 0 };
  // Nobody left by it in the end: it began a window, or it did not.
  if (!isApplied) return next(window) || next(begun);
  return specs.some((spec) => {
    const { maxLeaving, window: length } = spec.guards;
    const isRunning = window !== undefined && put.start < window.start + msOf(length);
    const { start, members, left } = isRunning ? window : begun;
    const allowed = shareOf(maxLeaving, members);
    // Whom an approval releases from another guard is not counted either.
    return heldOf(batch, spec).some((isHeld) => {
      const counting = left + ids.length <= allowed && !isHeld ? ids.length : held;
      // A window begins with one that is counted: no transfer begins one, nor what left by an approval.
      if (counting === 0)
        return next(isRunning ? window : undefined) || (covered.size > 0 && next({ start, members, left }));
      return left + counting <= allowed && next({ start, members, left: left + counting });
    });
  });
}

/** Whether another guard than maxLeaving held it; both where that cannot be known. */
function heldOf({ put, isRolledBack, mayBeRolledBack }: Batch, { guards: { minMembers, approval } }: Spec): boolean[] {
  if (isRolledBack || approval.policy === 'Always' || put.members.length < minMembers) return [true];
  return mayBeRolledBack ? [false, true] : [false];
}
