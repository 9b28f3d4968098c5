/**
 * What of a plan may be applied now: guards hold, approvals release. Pure, over counts and pairs.
 * Hazard: the windows that come out are true only once what left and entered has really done so.
 */
import type { EntryWindow, GuardWindow } from '../../api/index.js';
import { approvedBy, type Approval } from './approvals.js';
import type { Change, Hold } from './change.js';
import { GUARDS, tooFew, type Counts, type Guard, type GuardSettings } from './guards.js';
import { counted, countedEntries, runningEntryWindow, runningWindow } from './window.js';

/** A plan as guards see it. */
export interface Changes<T extends Change> {
  /** How many members there are now. */
  members: number;
  /** None of them is a member now. Where a guard lets some of them in, those that come first. */
  enter: readonly T[];
  /** Members that leave, and that guards count. */
  leave: readonly T[];
  /** Members proved to belong to another owner: no guard counts them. */
  transferred: readonly T[];
}

export interface ReleaseTerms {
  settings: GuardSettings;
  /** As earlier passes left them. */
  window?: GuardWindow | undefined;
  entryWindow?: EntryWindow | undefined;
  /** Ids of `enter` that `entryWindow` counts already: they enter, and are not counted again. */
  entriesCounted?: ReadonlySet<number> | undefined;
  isContested?: boolean | undefined;
  /** The membership was rolled back, and nobody released it yet. */
  isRolledBack?: boolean | undefined;
  approvals?: readonly Approval[] | undefined;
  /** The start of the pass, Unix ms. */
  now: number;
  /** When the pass had seen everything, Unix ms. Without it, `now`. */
  seenMs?: number;
  guards?: readonly Guard[];
  /** Everybody may leave. Otherwise the last member stays, whatever is approved. */
  mayBeEmpty?: boolean;
}

export interface Released<T extends Change> {
  /** Why something is held. Where both scopes hold, that of leaving. */
  hold?: Hold;
  /** A guard holds some of what would enter. */
  isEntryHeld: boolean;
  entered: T[];
  left: T[];
  /** Who of `entered` and `left` passed by an approval alone. */
  approved: T[];
  /** Once `left` is applied. What left by an approval is not counted. */
  window?: GuardWindow;
  /**
   * The same, counting those too. For the memory of a write whose outcome is not known yet: who turns out to have stayed is taken
   * back from it, and a count that never held them would lose others.
   */
  openWindow?: GuardWindow;
  /** Once `entered` is applied; absent where nothing limits what enters. */
  entryWindow?: EntryWindow;
}

/** Decides what of the changes is applied. What is not released stays as it is. */
export function release<T extends Change>(changes: Changes<T>, terms: ReleaseTerms): Released<T> {
  const { now, seenMs = now, settings } = terms;
  const { members } = changes;
  const isLimited = settings.maxEntering !== undefined;
  const window = runningWindow(terms.window, settings.window, { now, seenMs });
  const entryWindow = isLimited ? runningEntryWindow(terms.entryWindow, settings.window, { now, seenMs }) : undefined;
  const base: Windows = {
    window: window ?? { members, left: 0 },
    entryWindow: entryWindow ?? { members, entered: 0 },
  };
  // Entering first: whom it lets in counts among those that stay. What leaves never holds what enters.
  const isCounted = ({ id }: T): boolean => entryWindow !== undefined && terms.entriesCounted?.has(id) === true;
  const again = changes.enter.filter(isCounted);
  const others = changes.enter.filter((change) => !isCounted(change));
  const entering = judge('enter', others, terms, {
    mostApproved: Infinity,
    countsOf: (enter) => countsOf({ ...changes, enter }, base, terms),
  });
  const entered = [...again, ...entering.passed];
  const leaving = judgeLeaving({ ...changes, enter: entered }, base, terms);
  const hold = leaving.hold ?? entering.hold;
  const after = counted(window, { members, leaving: leaving.counting }, seenMs);
  const open = counted(window, { members, leaving: leaving.counting + leaving.approved.length }, seenMs);
  const entries = countedEntries(entryWindow, { members, entering: isLimited ? entering.counting : 0 }, seenMs);
  return {
    ...(hold !== undefined && { hold }),
    isEntryHeld: entering.hold !== undefined,
    entered,
    left: leaving.passed,
    approved: [...entering.approved, ...leaving.approved],
    ...(after !== undefined && { window: after }),
    ...(open !== undefined && { openWindow: open }),
    ...(entries !== undefined && { entryWindow: entries }),
  };
}

type Windows = Pick<Counts, 'window' | 'entryWindow'>;

interface Judged<T extends Change> {
  hold?: Hold | undefined;
  passed: T[];
  /** How many of them passed by the guards alone. */
  counting: number;
  /** Those of them that passed by an approval. */
  approved: T[];
}

/**
 * The last member stays, whatever is approved: an empty set is never sent. Where the transfers alone would leave nobody, even
 * they stay.
 */
function judgeLeaving<T extends Change>(changes: Changes<T>, base: Windows, terms: ReleaseTerms): Judged<T> {
  const { members, enter, leave, transferred } = changes;
  const rest = members + enter.length - transferred.length;
  if (rest === 0 && transferred.length > 0 && terms.mayBeEmpty !== true)
    return none(tooFew(countsOf(changes, base, terms), terms.settings));
  const judged = judge('leave', leave, terms, {
    mostApproved: terms.mayBeEmpty === true ? Infinity : rest - 1,
    countsOf: (counting, approved) =>
      countsOf({ ...changes, members: members - approved, leave: counting }, base, terms),
  });
  return { ...judged, passed: [...judged.passed, ...transferred] };
}

const none = <T extends Change>(hold: Hold): Judged<T> => ({ hold, passed: [], counting: 0, approved: [] });

interface Rules<T extends Change> {
  /** Where an approval covers more than these, it releases none. */
  mostApproved: number;
  /** The plan in numbers, where those are left for the guards and so many passed before. */
  countsOf: (judged: readonly T[], approved: number) => Counts;
}

/**
 * A guard that no approval releases is asked first, about the whole plan. Then what approvals cover passes where it would be held,
 * and the guards judge the rest as if it were the whole plan.
 *
 * Approvals are looked at only where the guards hold the whole plan: what may leave anyway leaves by the guards, and is counted.
 * Otherwise old approvals would keep it out of the window, and the guard would be open for as many again.
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
  if (absolute !== undefined) return none(absolute);
  if (firstHold(own, count(changes, 0), settings) === undefined)
    return { passed: [...changes], counting: changes.length, approved: [] };
  const covered = changes.filter(approvedBy(approvals, settings.approval, scope));
  const approved = new Set(covered.length > mostApproved ? [] : covered);
  const rest = changes.filter((change) => !approved.has(change));
  const counts = count(rest, approved.size);
  const hold = firstHold(own, counts, settings);
  const room = hold === undefined ? rest.length : roomOf(own, counts, settings);
  const passing = new Set([...approved, ...rest.slice(0, room)]);
  return {
    ...(hold !== undefined && { hold }),
    passed: changes.filter((change) => passing.has(change)),
    counting: Math.min(room, rest.length),
    approved: [...approved],
  };
}

/** As many as every guard that holds lets pass. */
function roomOf(guards: readonly Guard[], counts: Counts, settings: GuardSettings): number {
  const holding = guards.filter(({ check }) => check(counts, settings) !== undefined);
  return Math.min(...holding.map(({ room }) => room?.(counts, settings) ?? 0));
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
  { window, entryWindow }: Windows,
  { isContested = false, isRolledBack = false }: ReleaseTerms,
): Counts {
  return {
    entering: enter.length,
    leaving: leave.length,
    transferred: transferred.length,
    members,
    staying: members + enter.length - transferred.length - leave.length,
    window: { members: window.members, left: window.left },
    entryWindow: { members: entryWindow.members, entered: entryWindow.entered },
    isContested,
    isRolledBack,
  };
}
