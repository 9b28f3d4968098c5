/**
 * What a pass remembers of earlier ones, and the mark it leaves before it writes. The guards' window is counted *before*
 * the PUT, since a process killed between PUT and outcome must not forget who left; the marks of those leavers let the
 * next pass take back the count of any who turn out not to have left.
 */
import type { Enforcement, EntryWindow, ExitClock, LiveRuleset, PolicyStatus, RulesetStatus } from '../../api/index.js';
import { membersHash } from '../../base/index.js';
import { Plus1Error } from '../../errors/index.js';
import { CONTESTED_AFTER, type LastWriteSight } from './drift.js';
import { MAX_CLOCKS, type Decision, type Memory } from '../../governance/index.js';
import {
  besideWindow,
  markOf,
  ofAnyRuleset,
  openWrite,
  openWriteText,
  stillMembers,
  stillOutside,
  withMark,
  type OpenWrite,
  type WriteMoment,
} from './open-write.js';

/** What a memory is taken at, and for. */
export interface Recall extends WriteMoment {
  /** How this pass found what the last one left. */
  sight?: LastWriteSight | undefined;
  /**
   * Who would leave by a write of this very pass that a read does not show: they may be sent once more, since they are
   * counted already. Nobody else may.
   */
  again?: ReadonlySet<number> | undefined;
}

/**
 * Memory for the plan. After an act without outcome the window is put right by who is still a member, but not before the
 * write is too old to be applied late: until then its count stands, and nobody leaves. A window in which nobody left in the end is
 * none: its start would end the next one too soon. Those who enter need not wait: while the write is open, whom it counts may be sent
 * once more, and once it is settled, those of them who did not enter are taken back.
 */
export function recall(status: PolicyStatus, live: LiveRuleset, { sight, again, ...moment }: Recall): Memory {
  const { leaving = [], window, entryWindow } = status;
  const open = openWrite(status, live, moment);
  const still = [...stillMembers(status, live)];
  const stayed = (open === undefined ? still : still.filter((id) => again?.has(id))).length;
  const outside = stillOutside(status, live);
  const entries = open === undefined ? withoutEntries(entryWindow, outside.length) : entryWindow;
  return {
    leaving,
    contested: contestOf(status, live, sight, moment).undone >= CONTESTED_AFTER,
    ...(window && window.left > stayed && { window: { ...window, left: window.left - stayed } }),
    ...(entries && { entryWindow: entries }),
    ...(open && outside.length > 0 && { entriesCounted: new Set(outside) }),
    ...(open && { freezeReason: `stays ${openWriteText(open)}` }),
    ...(open && again && { again }),
  };
}

function withoutEntries(window: EntryWindow | undefined, count: number): EntryWindow | undefined {
  return window === undefined || window.entered <= count ? undefined : { ...window, entered: window.entered - count };
}

/**
 * Throws PLUS1_POLICY_INVALID where the organization is not the one that is remembered: its login was given up and taken by
 * somebody else, or another server answers at the address. Its repositories are others, whatever their ids.
 */
export function requireSameOrganization(status: PolicyStatus, { id, login }: { id: number; login: string }): void {
  const { organizationID } = status;
  if (organizationID === undefined || organizationID === id) return;
  const what = `the organization ${login} has the id ${id}, and the memory of this policy is of the one with the id ${organizationID}`;
  throw new Plus1Error('PLUS1_POLICY_INVALID', `${what}: the login changed hands, or another server answers`, {
    fix: 'find out which organization is meant; if it is the new one, delete the policy with its state and make it again, so that it begins with fresh clocks',
  });
}

/**
 * Throws PLUS1_POLICY_INVALID where nothing says whose the memory is, and the ids do not prove that it is of this
 * organization and this ruleset. Neither may it be dropped: an empty memory opens the guards.
 */
export function requireProvedMemory(
  status: PolicyStatus,
  organization: { id: number; login: string },
  ruleset: LiveRuleset,
): void {
  const { organizationID } = status;
  if (organizationID === organization.id && status.ruleset?.id === ruleset.id) return;
  const what = `the state of this policy does not say which organization it is of, and its ids (organization ${organizationID ?? 'unknown'}, ruleset ${status.ruleset?.id ?? 'unknown'})`;
  throw new Plus1Error(
    'PLUS1_POLICY_INVALID',
    `${what} are not those of ${organization.login} (organization ${organization.id}, ruleset ${ruleset.id})`,
    { fix: 'restore the state of this policy from a copy, or delete its state file to begin with fresh clocks' },
  );
}

/**
 * The memory that counts for a ruleset that was made again under the same name, or that no pass has known so far. Exit clocks are about repositories, and go
 * on. What was counted of the old ruleset stays counted, or to delete it and make it again would open the guards; it is
 * held against the smaller of the two, or a large old one would let the whole of a small new one leave. Its hold and its marks
 * are about a membership that is no more; a write that was sent to it is open until time settles it, since the name may lead back.
 */
export function memoryOf(status: PolicyStatus, live: LiveRuleset): PolicyStatus {
  const { ruleset, window } = status;
  if (ruleset?.id === live.id) return status;
  if (ruleset === undefined) return { ...status, ...heldAgainst(window, live) };
  const { ruleset: _ruleset, hold: _hold, ...rest } = ofAnyRuleset(status);
  return { ...rest, ...heldAgainst(window, live) };
}

/** The window of another ruleset, or of nobody knows which: the smaller membership is what the guards measure with. */
function heldAgainst(window: PolicyStatus['window'], live: LiveRuleset): Pick<PolicyStatus, 'window'> {
  if (window === undefined) return {};
  return { window: { ...window, members: Math.min(window.members, live.members.size) } };
}

const ENFORCEMENT: Record<LiveRuleset['enforcement'], Enforcement> = {
  active: 'Active',
  evaluate: 'Evaluate',
  disabled: 'Disabled',
};

export const enforcementOf = ({ enforcement }: LiveRuleset): Enforcement => ENFORCEMENT[enforcement];

/** The ruleset as it is now, for the next pass to compare with. */
export function rulesetStatus(live: LiveRuleset, { undone, untilMs }: Contest): RulesetStatus {
  return {
    id: live.id,
    enforcement: enforcementOf(live),
    members: live.members.size,
    membersHash: membersHash([...live.members]),
    undone,
    ...(untilMs === undefined ? {} : { contestedUntil: new Date(untilMs).toISOString() }),
  };
}

/** How often our last write was found undone, and until when nobody leaves for it, Unix ms. */
export interface Contest {
  undone: number;
  untilMs?: number;
}

/**
 * Passes that found our last write undone, this one included, since one found it in place. A pass that cannot tell leaves
 * the count as it is: or an answer that fails, or a short listing, would end a contest that goes on. Where they put back what had left,
 * the contest is about what a held plan leaves as it is, so that to find it in place ends nothing. Such a contest ends with a pass in
 * which nobody would leave, or when its time is over: then it is tried once more, and undone once more it is a contest again.
 */
export function contestOf(
  { ruleset, lastPass, hold }: PolicyStatus,
  live: LiveRuleset,
  sight: LastWriteSight = {},
  { now, isTrusted }: WriteMoment,
): Contest {
  if (ruleset === undefined || ruleset.id !== live.id) return { undone: 0 };
  const isWanted = lastPass?.result === 'Succeeded' || hold?.count === 0;
  const isOver = sight.isInPlace && (ruleset.contestedUntil === undefined || isWanted);
  return isOver ? { undone: 0 } : goingOn(ruleset, sight.drift !== undefined, { now, isTrusted });
}

function goingOn(
  { undone, contestedUntil }: RulesetStatus,
  isUndone: boolean,
  { now, isTrusted }: WriteMoment,
): Contest {
  if (contestedUntil === undefined) return { undone: undone + (isUndone ? 1 : 0) };
  const untilMs = Date.parse(contestedUntil);
  if (isUndone) return { undone: undone + 1, untilMs };
  // A time that cannot be read is over.
  const isOver = isTrusted && !(now < untilMs);
  return isOver ? { undone: Math.min(undone, CONTESTED_AFTER - 1) } : { undone, untilMs };
}

/**
 * The status that is kept before a PUT: the intent, the window as if it had succeeded, and a mark on each leaver. A PUT by
 * which nobody leaves does not settle an earlier one that is open: who would leave by that one keeps a mark. The time is that of the
 * later one, which may be applied last, and no read settles the two of them.
 */
export function intent(
  before: PolicyStatus,
  decision: Decision,
  live: LiveRuleset,
  { now, open }: { now: number; open?: OpenWrite | undefined },
): PolicyStatus {
  const status = besideWindow(before, decision.entryWindow);
  const startTime = new Date(now).toISOString();
  const clocks = new Map(decision.plan.clocks.map((clock) => [clock.id, clock]));
  const leavers = decision.toLeave
    .filter(({ id }) => !decision.plan.gone.some((item) => item.id === id))
    .map((item): ExitClock => {
      const clock = clocks.get(item.id);
      return { id: item.id, name: item.name, reason: item.status, since: startTime, ...clock, dueTime: startTime };
    });
  const { window: _window, ...others } = status;
  // A process that dies in its first pass leaves nothing but this: it must say whose memory it is.
  const rest = { ...others, ruleset: status.ruleset ?? rulesetStatus(live, { undone: 0 }) };
  const entering = enteringBy(decision, open === undefined ? [] : stillOutside(status, live));
  const mark = { ...markOf(decision, startTime, open), ...entering };
  const entries = decision.entryWindow === undefined ? {} : { entryWindow: decision.entryWindow };
  if (open !== undefined && leavers.length === 0)
    return { ...rest, ...entries, ...withMark(status, decision, open, mark) };
  const marked = new Set(leavers.map(({ id }) => id));
  const running = decision.plan.clocks.filter(({ id }) => !marked.has(id));
  return {
    ...rest,
    leaving: [...leavers, ...running].slice(0, MAX_CLOCKS),
    pendingWrite: mark,
    // Who leaves by an approval counts here too, until the outcome is known: who turns out to have stayed is taken back from it.
    ...(decision.openWindow === undefined ? {} : { window: decision.openWindow }),
    ...entries,
  };
}

/**
 * Whom the window of the entries counts because of a write, and because of those before it that are open. Beyond the last place the
 * count of one stands, until its window ends.
 */
function enteringBy(
  { toEnter, approved, entryWindow }: Decision,
  before: readonly number[],
): Pick<NonNullable<PolicyStatus['pendingWrite']>, 'entering'> {
  if (entryWindow === undefined) return {};
  // Who enters by an approval is not counted.
  const uncounted = new Set(approved.map(({ id }) => id));
  const ids = new Set([...before, ...toEnter.map(({ id }) => id).filter((id) => !uncounted.has(id))]);
  return ids.size === 0 ? {} : { entering: [...ids].slice(0, MAX_CLOCKS) };
}
