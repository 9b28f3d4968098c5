/**
 * Sorted views of an organization's repositories, kept until something changes: a sweep of 10,000 repositories takes a
 * hundred pages, and sorting them again for each would cost more than all the rest.
 */
import type { Organization } from './organization.js';
import type { Repository } from './repository.js';

export type SortField = 'id' | 'created' | 'updated' | 'pushed' | 'name';

const keyOf: Record<SortField, (repository: Repository) => number | string> = {
  id: (repository) => repository.id,
  created: (repository) => repository.createdAt,
  updated: (repository) => repository.updatedAt,
  pushed: (repository) => repository.pushedAt ?? 0,
  name: (repository) => repository.name.toLowerCase(),
};

export const sortKey = (repository: Repository, field: SortField): number | string => keyOf[field](repository);

/** Order of two positions: the sort key first, the id where keys are equal. */
export function comparePositions(a: readonly [number | string, number], b: readonly [number | string, number]): number {
  if (a[0] < b[0]) return -1;
  if (a[0] > b[0]) return 1;
  return a[1] - b[1];
}

const views = new WeakMap<Organization, { revision: number; sorted: Map<string, readonly Repository[]> }>();

/** `filter`: its `key` tells it from others. */
export function sortedRepositories(
  organization: Organization,
  { field, descending }: { field: SortField; descending: boolean },
  filter?: { key: string; passes: (repository: Repository) => boolean },
): readonly Repository[] {
  let view = views.get(organization);
  if (view?.revision !== organization.revision) {
    view = { revision: organization.revision, sorted: new Map() };
    views.set(organization, view);
  }
  const key = `${field}${descending}${filter?.key ?? ''}`;
  let sorted = view.sorted.get(key);
  if (!sorted) {
    const kept = filter === undefined ? organization.repositories : organization.repositories.filter(filter.passes);
    const rows = kept.map((repository) => ({ repository, at: [sortKey(repository, field), repository.id] as const }));
    rows.sort((a, b) => (descending ? comparePositions(b.at, a.at) : comparePositions(a.at, b.at)));
    sorted = rows.map((row) => row.repository);
    view.sorted.set(key, sorted);
  }
  return sorted;
}
