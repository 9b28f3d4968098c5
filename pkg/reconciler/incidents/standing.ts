/**
 * Incidents that isolate though their record does not say so: those that nobody works on in this pass, since their file was broken or what is
 * kept of them cannot be read, those that were deleted, of which a ruleset is left, those whose record was lost in part, and those of another
 * policy of the organization. The rulesets that stand are asked, since no record that may be lost can say that nobody is closed off.
 */
import { INCIDENTS, type IncidentStatus, type IsolatedRepository } from '../../api/index.js';
import { toPlus1Error } from '../../errors/index.js';
import type { OwnedRuleset } from '../../github/index.js';
import { isolationName, ISOLATION_PREFIX, ISOLATION_TARGETS } from '../../incident/index.js';
import type { BrokenInput } from '../../policies/index.js';
import type { Draft } from './draft.js';
import type { Means, StandingIncident } from './means.js';

/** Of those that isolate somebody. A drill, and one that was released, isolate nobody. */
export function standingOf(broken: readonly BrokenInput[]): StandingIncident[] {
  return broken.flatMap(({ kind, metadata: { name, uid }, status }) => {
    if (kind !== INCIDENTS.kind) return [];
    const { drill = false, timeline, isolated = [] } = status as IncidentStatus;
    if (drill || timeline?.released !== undefined) return [];
    return [{ name, uid, entries: new Map(isolated.map((entry) => [entry.id, entry])) }];
  });
}

/** The rulesets of one incident. */
export interface OwnSight {
  /** Whom they close off, whatever the status of the incident says. */
  members: ReadonlySet<number>;
  /** Those that bear its names and that the status of the policy does not have: nothing is written to them. */
  unknown: readonly Pick<OwnedRuleset, 'id' | 'name'>[];
}

export async function ownSight({ uid, isDrill }: Draft, { pass: { owned }, signal }: Means): Promise<OwnSight> {
  // Of a drill nothing was made.
  if (isDrill || owned === undefined) return { members: new Set(), unknown: [] };
  const names = namesOf(uid);
  const all: (OwnedRuleset | undefined)[] = [];
  for (const name of names) all.push(await owned.find(name, signal));
  const isKnown = (name: string): boolean => owned.all.some((each) => each.name === name);
  const listed = names.every(isKnown) ? [] : await owned.strangers(ISOLATION_PREFIX, signal);
  const unknown = listed.filter(({ name }) => names.includes(name));
  return { members: membersOf([...all, ...unknown]), unknown };
}

/** By id of repository: why its Actions stay off though this incident is released. */
export type OtherRulesets = ReadonlyMap<number, string>;

/** Of those whom the ruleset of another incident closes off, without a word of that incident on them. */
export async function otherRulesets(draft: Draft, means: Means): Promise<OtherRulesets> {
  const { owned, drafts, standing, signal } = means;
  const own = new Set(namesOf(draft.uid));
  const found = new Map<number, string>();
  const take = (name: string, ruleset: OwnedRuleset | undefined, why: (of: string | undefined) => string): void => {
    const of = [...drafts.map(speaking), ...standing].find(({ uid }) => namesOf(uid).includes(name));
    const said = of?.entries ?? new Map<number, IsolatedRepository>();
    const silent = [...membersOf([ruleset])].filter((id) => !said.has(id) && !found.has(id));
    for (const id of silent) found.set(id, why(of?.name));
  };
  const others = (owned?.all ?? []).filter(({ name, purpose }) => purpose === 'Incident' && !own.has(name));
  for (const { name } of others) take(name, await owned?.find(name, signal), (of) => whyOff(name, of));
  for (const ruleset of (await owned?.strangers(ISOLATION_PREFIX, signal)) ?? [])
    if (!own.has(ruleset.name)) take(ruleset.name, ruleset, (of) => whyOff(ruleset.name, of, STRANGE));
  return found;
}

/**
 * Whom rulesets of this policy close off of which no incident that can be read speaks: they are isolated as well. What cannot be read
 * counts nobody: an outage must not keep anybody open.
 */
export async function unspokenMembers({ owned, drafts, standing, signal, pass }: Means): Promise<Set<number>> {
  const spoken = new Set([...drafts, ...standing].flatMap(({ uid }) => namesOf(uid)));
  const others = (owned?.all ?? []).filter(({ name, purpose }) => purpose === 'Incident' && !spoken.has(name));
  const found: (OwnedRuleset | undefined)[] = [];
  for (const { name } of others) {
    const ruleset = await owned?.find(name, signal).catch((thrown: unknown) => {
      signal.throwIfAborted();
      pass.deps.log.warn('Ruleset of an incident not read', { ruleset: name, error: toPlus1Error(thrown).message });
      return undefined;
    });
    found.push(ruleset);
  }
  return membersOf(found);
}

const membersOf = (rulesets: readonly (OwnedRuleset | undefined)[]): Set<number> =>
  new Set(rulesets.flatMap((ruleset) => [...(ruleset?.members ?? [])]));

const namesOf = (uid: string): string[] => ISOLATION_TARGETS.map((target) => isolationName(uid, target));

/** What an incident of this pass says of others counts; of a drill, and of one that is released, a ruleset that stands says more. */
const speaking = ({ uid, isDrill, isReleased, entries, incident }: Draft): StandingIncident => ({
  ...{ uid, name: incident.metadata.name },
  entries: isDrill || isReleased ? new Map<number, IsolatedRepository>() : entries,
});

const GONE = 'of an incident that was deleted or cannot be read';
const STRANGE = 'of an incident of another policy, or of one that this policy does not know any more,';

const whyOff = (ruleset: string, incident: string | undefined, whose = GONE): string =>
  incident === undefined
    ? `the ruleset ${ruleset} ${whose} closes it off as well; set its Actions by hand`
    : `the ruleset ${ruleset} of the incident ${incident} closes it off as well; where that one does not set its Actions back, do so by hand`;
