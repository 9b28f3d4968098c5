/**
 * Incidents that nobody works on in this pass, and that isolate all the same: those that cannot be read, whose file somebody broke, and
 * those that were deleted, of which a ruleset is left.
 */
import { INCIDENTS, type IncidentStatus } from '../../api/index.js';
import { isolationName } from '../../incident/index.js';
import type { BrokenInput } from '../../policies/index.js';
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

/** By id of repository, the ruleset of an incident that is not there any more. Its record of settings went with it. */
export async function orphansOf({ owned, drafts, standing, signal }: Means): Promise<ReadonlyMap<number, string>> {
  const known = new Set([...drafts, ...standing].map(({ uid }) => isolationName(uid, 'branch')));
  const found = new Map<number, string>();
  for (const { name, purpose } of owned?.all ?? []) {
    if (purpose !== 'Incident' || known.has(name.replace(/-tags$/, ''))) continue;
    const ruleset = await owned?.find(name, signal);
    for (const id of ruleset?.members ?? []) found.set(id, name);
  }
  return found;
}
