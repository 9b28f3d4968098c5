/** What the history of the kept ruleset tells: who left by whose hand. */
import type { Organization, Ruleset } from '../fakes/github/index.js';
import { SOMEBODY } from '../fakes/github/index.js';
import { kept, PATH, PRODUCTION } from '../builders.js';

/** Ids that left the membership by our own writes, in order; one that left twice is there twice. */
export function departures({ memberships }: Ruleset): number[] {
  return memberships.flatMap(({ actor, members }, index) => {
    const before = memberships[index - 1];
    if (before === undefined || actor.id === SOMEBODY.id) return [];
    const after = new Set(members);
    return before.members.filter((id) => !after.has(id));
  });
}

/** Names of repositories in production that ever left by our hand. */
export function productionThatLeft(organization: Organization): string[] {
  return departures(kept(organization)).flatMap((id) => {
    const repository = organization.repository(id);
    return repository?.files.get(PATH)?.content === PRODUCTION ? [repository.name] : [];
  });
}
