/**
 * What of a plan may be applied now: guards hold, approvals release. Pure, over counts and pairs.
 * Hazard: the window that comes out is true only once what left has really left.
 */
import type { GuardWindow } from '../../api/index.js';
import { approvedBy, type Approval } from './approvals.js';
import type { Change, Hold } from './change.js';
import { GUARDS, tooFew, type Counts, type Guard, type GuardSettings } from './guards.js';
import { counted, runningWindow } from './window.js';

/** A plan as guards see it. */
export interface Changes<T extends Change> {
  /** How many members there are now. */
  members: number;
  /** None of them is a member now. */
  enter: readonly T[];
  /** Members that leave, and that guards count. */
  leave: readonly T[];
  /** Members proved to belong to another owner: no guard counts them. */
  transferred: readonly T[];
}

export interface ReleaseTerms {
  settings: GuardSettings;
  /** As earlier passes left it. */
  window?: GuardWindow | undefined;
  isContested?: boolean | undefined;
  approvals?: readonly Approval[] | undefined;
  /** The start of the pass, Unix ms. */
  now: number;
  /** When the pass had seen everything, Unix ms. Without it, `now`. */
  seenMs?: number;
  guards?: readonly Guard[];
}

export interface Released<T extends Change> {
  /** Why something is held. Where both scopes hold, that of leaving. */
  hold?: Hold;
  entered: T[];
  left: T[];
  /** Once `left` is applied. */
  window?: GuardWindow;
}

/** Decides what of the changes is applied. What is not released stays as it is. */
export function release<T extends Change>(changes: Changes<T>, terms: ReleaseTerms): Released<T> {
  const { now, seenMs = now } = terms;
  const window = runningWindow(terms.window, terms.settings.window, { now, seenMs });
  const base = window ?? { members: changes.members, left: 0 };
  // Entering first: whom it lets in counts among those that stay. What leaves never holds what enters.
  const entering = judge('enter', changes.enter, terms, {
    mostApproved: Infinity,
    countsOf: (enter) => countsOf({ ...changes, enter }, base, terms),
  });
  const leaving = judgeLeaving({ ...changes, enter: entering.passed }, base, terms);
  const hold = leaving.hold ?? entering.hold;
  const after = counted(window, { members: changes.members, leaving: leaving.counting }, seenMs);
  return {
    ...(hold !== undefined && { hold }),
    entered: entering.passed,
    left: leaving.passed,
    ...(after !== undefined && { window: after }),
  };
}

interface Judged<T extends Change> {
  hold?: Hold | undefined;
  passed: T[];
  /** How many of them passed by the guards alone. */
  counting: number;
}

/**
 * The last member stays, whatever is approved: an empty set is never sent. Where the transfers alone would leave nobody, even
 * they stay.
 */
function judgeLeaving<T extends Change>(changes: Changes<T>, base: Counts['window'], terms: ReleaseTerms): Judged<T> {
  const { members, enter, leave, transferred } = changes;
  const rest = members + enter.length - transferred.length;
  if (rest === 0 && transferred.length > 0)
    return { hold: tooFew(countsOf(changes, base, terms), terms.settings), passed: [], counting: 0 };
  const judged = judge('leave', leave, terms, {
    mostApproved: rest - 1,
    countsOf: (counting, approved) =>
      countsOf({ ...changes, members: members - approved, leave: counting }, base, terms),
  });
  return { ...judged, passed: [...judged.passed, ...transferred] };
}

interface Rules<T extends Change> {
  /** Where an approval covers more than these, it releases none. */
  mostApproved: number;
  /** The plan in numbers, where those are left for the guards and so many passed before. */
  countsOf: (judged: readonly T[], approved: number) => Counts;
}

/**
 * A guard that no approval releases is asked first, about the whole plan. Then what approvals cover passes, and the guards judge
 * the rest as if it were the whole plan.
 */
function judge<T extends Change>(
  scope: Guard['scope'],
  changes: readonly T[],
  { guards = GUARDS, approvals = [], settings }: ReleaseTerms,
  { mostApproved, countsOf: count }: Rules<T>,
): Judged<T> {
  const own = guards.filter((guard) => guard.scope === scope);
  const absolute = firstHold(
    own.filter(({ isReleasable }) => !isReleasable),
    count(changes, 0),
    settings,
  );
  if (absolute !== undefined) return { hold: absolute, passed: [], counting: 0 };
  const covered = changes.filter(approvedBy(approvals, settings.approval.required));
  const approved = new Set(covered.length > mostApproved ? [] : covered);
  const rest = changes.filter((change) => !approved.has(change));
  const hold = firstHold(own, count(rest, approved.size), settings);
  if (hold === undefined) return { passed: [...changes], counting: rest.length };
  return { hold, passed: changes.filter((change) => approved.has(change)), counting: 0 };
}

function firstHold(guards: readonly Guard[], counts: Counts, settings: GuardSettings): Hold | undefined {
  for (const { check } of guards) {
    const hold = check(counts, settings);
    if (hold !== undefined) return hold;
  }
  return undefined;
}

function countsOf(
  { members, enter, leave, transferred }: Changes<Change>,
  window: Counts['window'],
  { isContested = false }: ReleaseTerms,
): Counts {
  return {
    entering: enter.length,
    leaving: leave.length,
    transferred: transferred.length,
    staying: members + enter.length - transferred.length - leave.length,
    window: { members: window.members, left: window.left },
    isContested,
  };
}
