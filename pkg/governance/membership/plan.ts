/**
 * The pure set difference between a membership and the desired one, with a reason for everything (laws 1 and 2).
 * Hazard: a plan is what should happen, not what may; `guard` has the last word, and only its decision is applied.
 */
import { EXEMPTED, type ExitClock } from '../../api/index.js';
import type { AbsentMember } from '../findings/finding.js';
import { planHash } from '../release/index.js';
import { isDue, MAX_CLOCKS, runClocks, type ClockSettings } from './exit-clocks.js';
import { membersOf, type Member } from './member.js';
import type { Subjects } from './subject.js';
import type { Memory, Plan, PlanItem } from './types.js';

/** Who is a member now, and of what. */
export interface Membership {
  /** Of the ruleset, for the plan's hash. */
  id: number;
  members: ReadonlySet<number>;
  /** Who cannot be made a member, and why. */
  barred?: ReadonlyMap<number, string>;
}

/** Who ought to be a member, as far as this pass knows. */
export interface Desired {
  subjects: Subjects;
  /** Members that were not listed. */
  absent: readonly AbsentMember[];
  /** See `Observation`. */
  isBlind?: boolean;
  seenMs?: number;
}

export interface PlanTerms {
  /** How long a contrary effect must hold before a member leaves. */
  graceMs: number;
  /** A member leaves as soon as a pass proved what speaks against it. Its exit clock runs all the same. */
  isGraceWaived?: boolean;
  /** Nobody leaves. */
  isEnterOnly: boolean;
}

/**
 * The plan of one pass. `now` is its start, Unix ms: what ends, ends by that, and what starts, starts when all was seen. The other
 * way round a pass of an hour would shorten every grace period by an hour.
 */
export function plan(desired: Desired, live: Membership, terms: PlanTerms, memory: Memory, now: number): Plan {
  const { subjects, absent, isBlind = false, seenMs = now } = desired;
  const members = membersOf(live.members, { subjects, absent, clocks: memory.leaving });
  const settings: ClockSettings = { graceMs: terms.graceMs, now, seenMs };
  const clocks = runClocks(members, memory.leaving, { ...settings, isBlind });
  const { leave, gone, retain, stay } = sortOut(members, {
    ...{ clocks, isBlind, stays: staying(terms, memory) },
    settings: terms.isGraceWaived === true ? { ...settings, graceMs: 0 } : settings,
    forgets: memory.forgets === true,
  });
  return {
    hash: planHash({ target: live.id, entering: [], leaving: leave }),
    rulesetID: live.id,
    live: live.members,
    ...entering(subjects, live),
    leave: byName(leave),
    gone: byName(gone),
    retain: byName(retain),
    stay: stay.sort((a, b) => a - b),
    clocks,
    seenMs,
  };
}

function entering(subjects: Subjects, { members, barred: why }: Membership): Pick<Plan, 'enter' | 'barred'> {
  const [enter, barred]: [PlanItem[], PlanItem[]] = [[], []];
  for (const { id, name, status, effect, sentence: found } of subjects.values()) {
    if (effect !== 'desired' || members.has(id)) continue;
    const reason = why?.get(id);
    if (reason === undefined) enter.push({ id, name, status, reason: found });
    else barred.push({ id, name, status, reason });
  }
  return { enter: byName(enter), ...(barred.length > 0 && { barred: byName(barred) }) };
}

type Lists = Pick<Plan, 'leave' | 'gone' | 'retain' | 'stay'>;

interface Terms {
  clocks: readonly ExitClock[];
  settings: ClockSettings;
  /** Why one stays that would leave. */
  stays: (member: Member) => string | undefined;
  isBlind: boolean;
  /** Nothing is kept for a later pass. */
  forgets: boolean;
}

/**
 * One dead id in a write that GitHub refuses for it would keep every other repository from entering, which is all that
 * EnterOnly is for: such a one leaves all the same, where two proofs say that it is gone. Guards count it as any other.
 */
function staying({ isEnterOnly }: PlanTerms, { freezeReason, again, refused }: Memory): Terms['stays'] {
  return ({ id, effect }) => {
    if (freezeReason !== undefined && again?.has(id) !== true) return freezeReason;
    if (!isEnterOnly) return undefined;
    return effect === 'gone' && refused?.has(id) === true ? undefined : 'stays while mode is EnterOnly';
  };
}

function sortOut(members: readonly Member[], { clocks, settings, stays, isBlind, forgets }: Terms): Lists {
  const lists: Lists = { leave: [], gone: [], retain: [], stay: [] };
  const clockOf = new Map(clocks.map((clock) => [clock.id, clock]));
  for (const member of members) {
    const clock = clockOf.get(member.id);
    const leaves = member.effect === 'transferred' || isDue(member, clock, settings);
    const doubt = doubtAbout(member, { isBlind, leaves, clock });
    const why = (leaves ? stays(member) : undefined) ?? doubt ?? (leaves ? undefined : whyKept(member, clock, forgets));
    if (member.effect === 'desired') lists.stay.push(member.id);
    else if (why !== undefined) lists.retain.push(item(member, why));
    else lists[member.effect === 'transferred' ? 'gone' : 'leave'].push(item(member));
  }
  return lists;
}

/**
 * Why what speaks against a member does not count yet. A plan may be made for a ruleset that changed under the pass, so that
 * members come in of whom nobody asked again; they must not leave on what was not confirmed.
 */
function doubtAbout(
  { effect, isProved, status }: Member,
  { isBlind, leaves, clock }: { isBlind: boolean; leaves: boolean; clock: ExitClock | undefined },
): string | undefined {
  if (effect !== 'contrary') return undefined;
  // No file speaks for an exemption, nor against it.
  if (isBlind && status !== EXEMPTED) return 'stays while no repository at all has a file at catalog.paths';
  return isProved || (!leaves && clock !== undefined) ? undefined : 'stays until a second read confirms it';
}

/** Why a member that is not desired stays in this pass. */
function whyKept(member: Member, clock: ExitClock | undefined, forgets: boolean): string {
  // Whatever a later run sees, it knows nothing of this one: "leaves when it is proved again" would never come true.
  if (member.effect === 'gone' && forgets) return 'stays, since it takes two proofs and this run has no memory';
  if (member.effect === 'contrary' || member.effect === 'gone') {
    if (clock === undefined) return `waits for one of the ${MAX_CLOCKS} exit clocks`;
    const { dueTime } = clock;
    return member.effect === 'gone' ? `leaves when a pass after ${dueTime} proves it again` : `leaves after ${dueTime}`;
  }
  return member.whyKept;
}

function item({ id, name, status, sentence: found }: Member, why?: string): PlanItem {
  return { id, name, status, reason: why === undefined ? found : `${found}; ${why}` };
}

/** By code units, so that two machines with different locales print the same plan. */
function byName(items: PlanItem[]): PlanItem[] {
  return items.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id));
}
