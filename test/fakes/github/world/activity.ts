/** What happens in a world and GitHub tells its webhooks of, at the moment at which it happens. */
import type { Organization } from './organization.js';
import type { Commit, Repository } from './repository.js';
import type { Ruleset } from './ruleset.js';

export type RepositoryAction =
  | 'created'
  | 'deleted'
  | 'archived'
  | 'unarchived'
  | 'publicized'
  | 'privatized'
  | 'edited'
  | 'renamed'
  | 'transferred';

export interface RepositoryActivity {
  event: 'repository';
  action: RepositoryAction;
  repository: Repository;
  /** As the payload tells it. */
  changes?: Record<string, unknown>;
  /** Whom it belonged to, of one that was transferred. */
  from?: Organization;
}

export type Activity =
  | { event: 'push'; repository: Repository; branch: string; commit: Commit; before: Commit | undefined }
  | RepositoryActivity
  | { event: 'repository_ruleset'; action: 'created' | 'edited' | 'deleted'; ruleset: Ruleset }
  | { event: 'organization'; action: 'renamed'; from: string };

/** Told of what happens to an organization. */
export type Tell = (activity: Activity) => void;
