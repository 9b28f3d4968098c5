/**
 * Incidents that isolate though their record does not say so: those that nobody works on in this pass, since their file was broken or what is
 * kept of them cannot be read, those that were deleted, of which a ruleset is left, and those whose record was lost in part.
 */
import { INCIDENTS, type IncidentStatus, type IsolatedRepository } from '../../api/index.js';
import { isolationName, ISOLATION_TARGETS } from '../../incident/index.js';
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

/** By id of repository: why its Actions stay off though this incident is released. */
export type OtherRulesets = ReadonlyMap<number, string>;

/** Whom the rulesets of the incident close off, whatever its status says. */
export async function ownMembers({ uid, isDrill }: Draft, { pass, signal }: Means): Promise<Set<number>> {
  const found = new Set<number>();
  // Of a drill nothing was made.
  if (isDrill) return found;
  for (const name of namesOf(uid))
    for (const id of (await pass.owned?.find(name, signal))?.members ?? []) found.add(id);
  return found;
}

/**
 * Of those whom the ruleset of another incident closes off, without a word of that incident on them: it is not there any more and its record
 * went with it, it cannot be read, it has more of them than its status has room for, or what is kept of it was lost in part. The rulesets
 * are asked, since no record that may be lost can say that nobody is closed off.
 */
export async function otherRulesets(draft: Draft, means: Means): Promise<OtherRulesets> {
  const { owned, drafts, standing, signal } = means;
  const own = new Set(namesOf(draft.uid));
  const found = new Map<number, string>();
  const others = (owned?.all ?? []).filter(({ name, purpose }) => purpose === 'Incident' && !own.has(name));
  for (const { name } of others) {
    const of = [...drafts.map(speaking), ...standing].find(({ uid }) => namesOf(uid).includes(name));
    const said = of?.entries ?? new Map<number, IsolatedRepository>();
    const ruleset = await owned?.find(name, signal);
    const silent = [...(ruleset?.members ?? [])].filter((id) => !said.has(id) && !found.has(id));
    for (const id of silent) found.set(id, whyOff(name, of?.name));
  }
  return found;
}

const namesOf = (uid: string): string[] => ISOLATION_TARGETS.map((target) => isolationName(uid, target));

/** What an incident of this pass says of others counts; of a drill, and of one that is released, a ruleset that stands says more. */
const speaking = ({ uid, isDrill, isReleased, entries, incident }: Draft): StandingIncident => ({
  ...{ uid, name: incident.metadata.name },
  entries: isDrill || isReleased ? new Map<number, IsolatedRepository>() : entries,
});

const whyOff = (ruleset: string, incident: string | undefined): string =>
  incident === undefined
    ? `the ruleset ${ruleset} of an incident that was deleted or cannot be read closes it off as well; set its Actions by hand`
    : `the ruleset ${ruleset} of the incident ${incident} closes it off as well; where that one does not set its Actions back, do so by hand`;
