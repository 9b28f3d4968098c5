/** The repositories that the acts speak of: the same ones in every act and in every run, since the seed is fixed. */
import type { Repository } from '../fakes/github/index.js';
import { DemoFault } from './act.js';
import type { Stage } from './stage.js';

export interface Cast {
  promoted: Repository;
  demoted: Repository;
  broken: Repository;
}

const casts = new WeakMap<Stage, Cast>();

/** Chosen at the first call, while everyone still plays what the seed says. */
export function cast(stage: Stage): Cast {
  const known = casts.get(stage);
  if (known !== undefined) return known;
  const members = stage.organization.expecting('valid_production').filter((repository) => stage.isGoverned(repository));
  const others = stage.organization.expecting('valid_non_production');
  const chosen = {
    promoted: at(others, 100),
    demoted: at(members, 100),
    broken: at(members, 200),
  };
  casts.set(stage, chosen);
  return chosen;
}

function at(repositories: readonly Repository[], index: number): Repository {
  const repository = repositories[index];
  if (repository === undefined) throw new DemoFault(`the seed has no ${index + 1} repositories of that kind`);
  return repository;
}
