/**
 * The pure set difference between the live membership and the desired one, with a reason for everything (laws 1 and 2).
 * Hazard: a plan is what should happen, not what may; `guard` has the last word, and only its decision is applied.
 */
import { durationMs, type ExitClock, type LiveRuleset, type PolicySpec } from '../api/index.js';
import { isDue, MAX_CLOCKS, runClocks, type ClockSettings } from './exit-clocks.js';
import { findingsByID, membersOf, type Member } from './member.js';
import { planHash } from './release/index.js';
import { sentence } from './sentence.js';
import { keptBy, standing } from './standing.js';
import type { Finding, Memory, Observation, Plan, PlanItem } from './types.js';

/** The plan of one pass. `now` is Unix ms. */
export function plan(observation: Observation, live: LiveRuleset, spec: PolicySpec, memory: Memory, now: number): Plan {
  const findings = findingsByID(observation.findings, spec);
  const members = membersOf(live, { findings, absent: observation.absent, clocks: memory.leaving }, spec);
  const settings: ClockSettings = { graceMs: durationMs(spec.exit.gracePeriod), now };
  const { isBlind = false } = observation;
  const clocks = runClocks(members, memory.leaving, { ...settings, isBlind });
  const { leave, gone, retain, stay } = sortOut(members, {
    ...{ clocks, settings, isBlind, stays: staying(spec, memory) },
    forgets: memory.forgets === true,
  });
  return {
    hash: planHash(live.id, [...leave, ...gone]),
    rulesetID: live.id,
    live: live.members,
    enter: entering(findings.values(), live, spec),
    leave: byName(leave),
    gone: byName(gone),
    retain: byName(retain),
    stay: stay.sort((a, b) => a - b),
    clocks,
  };
}

function entering(findings: Iterable<Finding>, live: LiveRuleset, spec: PolicySpec): PlanItem[] {
  const items: PlanItem[] = [];
  for (const finding of findings) {
    if (live.members.has(finding.id) || standing(finding.status, spec.catalog) !== 'desired') continue;
    items.push({ id: finding.id, name: finding.name, status: finding.status, reason: sentence(finding, spec) });
  }
  return byName(items);
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
function staying({ mode }: PolicySpec, { nobodyLeaves, refused }: Memory): Terms['stays'] {
  return ({ id, standing }) => {
    if (nobodyLeaves !== undefined || mode !== 'EnterOnly') return nobodyLeaves;
    return standing === 'gone' && refused?.has(id) === true ? undefined : 'stays while mode is EnterOnly';
  };
}

function sortOut(members: readonly Member[], { clocks, settings, stays, isBlind, forgets }: Terms): Lists {
  const lists: Lists = { leave: [], gone: [], retain: [], stay: [] };
  const clockOf = new Map(clocks.map((clock) => [clock.id, clock]));
  for (const member of members) {
    const clock = clockOf.get(member.id);
    const leaves = member.standing === 'transferred' || isDue(member, clock, settings);
    const doubt = doubtAbout(member, { isBlind, leaves, clock });
    const why = (leaves ? stays(member) : undefined) ?? doubt ?? (leaves ? undefined : whyKept(member, clock, forgets));
    if (member.standing === 'desired') lists.stay.push(member.id);
    else if (why !== undefined) lists.retain.push(item(member, why));
    else lists[member.standing === 'transferred' ? 'gone' : 'leave'].push(item(member));
  }
  return lists;
}

/**
 * Why what speaks against a member does not count yet. A plan may be made for a ruleset that changed under the pass, so that
 * members come in whose files nobody read again; they must not leave on what was not confirmed.
 */
function doubtAbout(
  { standing, isProved }: Member,
  { isBlind, leaves, clock }: { isBlind: boolean; leaves: boolean; clock: ExitClock | undefined },
): string | undefined {
  if (standing !== 'contrary') return undefined;
  if (isBlind) return 'stays while no repository at all has a file at catalog.paths';
  return isProved || (!leaves && clock !== undefined)
    ? undefined
    : 'stays until a second read of its files confirms it';
}

/** Why a member that is not desired stays in this pass. */
function whyKept(member: Member, clock: ExitClock | undefined, forgets: boolean): string {
  // Whatever a later run sees, it knows nothing of this one: "leaves when it is proved again" would never come true.
  if (member.standing === 'gone' && forgets) return 'stays, since it takes two proofs and this run has no memory';
  if (member.standing === 'contrary' || member.standing === 'gone') {
    if (clock === undefined) return `waits for one of the ${MAX_CLOCKS} exit clocks`;
    const { dueTime } = clock;
    return member.standing === 'gone'
      ? `leaves when a pass after ${dueTime} proves it again`
      : `leaves after ${dueTime}`;
  }
  switch (keptBy(member.status)) {
    case 'unobserved':
      return 'stays until it is observed';
    case 'onMissing':
      return 'stays by catalog.onMissing Retain';
    case 'onInvalid':
      return 'stays by catalog.onInvalid Retain';
    case 'evidence':
      return 'stays';
  }
}

function item({ id, name, status, sentence: found }: Member, why?: string): PlanItem {
  return { id, name, status, reason: why === undefined ? found : `${found}; ${why}` };
}

/** By code units, so that two machines with different locales print the same plan. */
function byName(items: PlanItem[]): PlanItem[] {
  return items.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id));
}
