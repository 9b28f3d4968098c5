/**
 * An assignment is a set that Plus1 keeps true: repositories under a ruleset, repositories that are closed off, endpoints that builds may
 * reach. It says which side of it reduces protection; that side is what guards hold and approvals release, and the other one is applied at
 * once. Nothing here knows what is in the set: ids and words alone.
 */
import type { Approval } from './approvals.js';
import type { Change, Covered, Hold, Scope } from './change.js';
import { GUARDS, type Guard } from './guards.js';
import { planHash } from './plan-hash.js';
import { release, type Changes, type Released, type ReleaseTerms } from './release.js';

export interface Assignment {
  /** In the hash of each of its plans, so that an approval of one assignment releases nothing of another. */
  name: string;
  /** Which side reduces protection: it needs evidence, guards and approvals. */
  weakens: Scope;
  /** True where the set may be empty. Otherwise the last one stays, whatever is approved. */
  mayBeEmpty: boolean;
  /** What holds its plans. The scope `leave` is the side that weakens, whichever that is. */
  guards: readonly Guard[];
}

/** The repositories under the ruleset that a policy names. */
export const GOVERNED: Assignment = { name: 'governed', weakens: 'leave', mayBeEmpty: false, guards: GUARDS };

/** Which set of an assignment: the id of a ruleset, or the uid of an object. */
export type Target = number | string;

/** A plan of an assignment. */
export interface AssignedChanges<T extends Change> extends Changes<T> {
  target: Target;
}

/** A plan that waits for an approval, by what an approval names. */
export interface HeldChanges<T extends Change> {
  hash: string;
  target: Target;
  entering: readonly T[];
  leaving: readonly T[];
}

export interface AssignedDecision<T extends Change> extends Released<T> {
  /** What guards hold before any approval is looked at; where they hold nothing, what weakens. */
  whole: HeldChanges<T>;
  /** Why they do. */
  heldBy?: Hold;
  /** What stays held. */
  held?: HeldChanges<T>;
}

/** What approvals come to for a plan that is held. */
export type ApprovalsOf<T extends Change> = (plan: HeldChanges<T>) => readonly Approval[];

/**
 * What of a plan is applied now. An approval names the plan as the guards hold it: what is held, and so the hash, is known before any
 * approval is looked at. In its terms `window` counts the side that weakens.
 */
export function decide<T extends Change>(
  assignment: Assignment,
  changes: AssignedChanges<T>,
  terms: Omit<ReleaseTerms, 'approvals' | 'guards' | 'mayBeEmpty'>,
  approvalsOf?: ApprovalsOf<T>,
): AssignedDecision<T> {
  const { guards, mayBeEmpty } = assignment;
  const all = { ...terms, guards, mayBeEmpty };
  const facing = turned(assignment, changes);
  const bare = release(facing, all);
  const whole = heldOf(assignment, changes, { released: bare, weakening: facing.leave });
  const approvals = bare.hold === undefined ? undefined : approvalsOf?.(whole);
  const released =
    approvals === undefined ? bare : release(facing, { ...all, approvals: turnedApprovals(assignment, approvals) });
  const passed = new Set(released.left.map(({ id }) => id));
  const rest = facing.leave.filter(({ id }) => !passed.has(id));
  return {
    ...back(assignment, released),
    whole,
    ...(bare.hold !== undefined && { heldBy: bare.hold }),
    ...(released.hold !== undefined && { held: heldOf(assignment, changes, { released, weakening: rest }) }),
  };
}

/** `release` knows one side that weakens: what leaves. */
function turned<T extends Change>({ weakens }: Assignment, changes: Changes<T>): Changes<T> {
  return weakens === 'leave' ? changes : { ...changes, enter: changes.leave, leave: changes.enter };
}

function back<T extends Change>({ weakens }: Assignment, released: Released<T>): Released<T> {
  return weakens === 'leave' ? released : { ...released, entered: released.left, left: released.entered };
}

function turnedApprovals({ weakens }: Assignment, approvals: readonly Approval[]): readonly Approval[] {
  if (weakens === 'leave') return approvals;
  const other = ({ scope, ...change }: Covered): Covered => ({
    ...change,
    scope: scope === 'leave' ? 'enter' : 'leave',
  });
  return approvals.map((approval) => ({ ...approval, changes: approval.changes.map(other) }));
}

interface HeldParts<T extends Change> {
  released: Pick<Released<T>, 'entered' | 'isEntryHeld'>;
  weakening: readonly T[];
}

/** The side that strengthens has a part in it only where a guard holds some of it. */
function heldOf<T extends Change>(
  assignment: Assignment,
  changes: AssignedChanges<T>,
  { released, weakening }: HeldParts<T>,
): HeldChanges<T> {
  const { target } = changes;
  const passed = new Set(released.entered.map(({ id }) => id));
  const other = released.isEntryHeld ? turned(assignment, changes).enter.filter(({ id }) => !passed.has(id)) : [];
  const lists =
    assignment.weakens === 'leave' ? { entering: other, leaving: weakening } : { entering: weakening, leaving: other };
  return { hash: planHash({ assignment: assignment.name, target, ...lists }), target, ...lists };
}
