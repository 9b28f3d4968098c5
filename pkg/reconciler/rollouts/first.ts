/** The test environment of a rollout by id: a name is looked up once, so that a rename, or a list that is short, takes nobody out. */
import type { RolloutStatus } from '../../api/index.js';

type Named = { id: number; name: string };

/** In the order of the names. A name that no repository has is left out. */
export function firstOf(
  names: readonly string[],
  found: readonly Named[],
  before: RolloutStatus['first'] = [],
): Named[] {
  return names.flatMap((name) => {
    const known =
      before.find((each) => each.name === name) ?? found.find((each) => each.name.toLowerCase() === name.toLowerCase());
    return known === undefined ? [] : [{ id: known.id, name }];
  });
}
