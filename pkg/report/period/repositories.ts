/** One row a repository, as of the end of a period. */
import { recordedExemption } from '../../journal/index.js';
import type { History } from '../history/history.js';

export interface RepositoryRow {
  repository: string;
  id: number;
  status: string;
  status_since: string;
  /** The ruleset targets it. */
  member: 'yes' | 'no';
  /** `exempted`: not asked for. Empty where it is not in production. */
  governed: 'yes' | 'no' | 'exempted' | '';
  ungoverned_since: string;
}

/** By name, and of one name by id. */
export function repositoryRows({ end, statusTimes }: Pick<History, 'end' | 'statusTimes'>): RepositoryRow[] {
  const rows = [...end.repositories].map(([id, repository]): RepositoryRow => {
    const { name, status } = repository;
    const since = statusTimes.sinceOf(id, repository);
    const ungoverned = end.ungoverned.get(id);
    const isExempted = recordedExemption(end.exemptions, id, name) !== undefined;
    const isMember = end.members.has(id);
    return {
      ...{ repository: name, id, status, status_since: since, member: isMember ? 'yes' : 'no' },
      governed: governedOf({ isExempted, isMember, status, ungoverned }),
      ungoverned_since: ungoverned ?? '',
    };
  });
  return rows.sort((a, b) => (a.repository < b.repository ? -1 : a.repository > b.repository ? 1 : a.id - b.id));
}

interface Governance {
  isExempted: boolean;
  isMember: boolean;
  status: string;
  ungoverned: string | undefined;
}

function governedOf({ isExempted, isMember, status, ungoverned }: Governance): RepositoryRow['governed'] {
  if (isExempted) return 'exempted';
  if (ungoverned !== undefined) return 'no';
  if (status !== 'valid_production') return '';
  // Without a record of an exposure, a repository that the ruleset does not target is not governed either.
  return isMember ? 'yes' : 'no';
}
