/** The repositories that a record names, whatever its kind: as observables, and as resources of a finding. */
import type { JournalRecord } from '../../journal/index.js';

export interface NamedRepository {
  name: string;
  /** GitHub's id; undefined where the record has the name alone. */
  id?: number;
}

/** `Resource Details Object: name`. https://schema.ocsf.io/1.8.0/objects/observable */
const RESOURCE_NAME = 38;
/** The lists of records in which repositories stand by id and name. */
const LISTS = ['repositories', 'enter', 'leave', 'added', 'removed'] as const;

/** In the order of the record. Lists of a snapshot (`[id, name, …]`) are left out: they are no subject of an event. */
export function repositoriesOf({ data }: JournalRecord): NamedRepository[] {
  const lists = LISTS.flatMap((list) => {
    const value = (data as Record<string, unknown>)[list];
    return Array.isArray(value) ? (value as unknown[]) : [];
  });
  const named = lists.flatMap(namedRepository);
  const { repository } = data as { repository?: unknown };
  return typeof repository === 'string' ? [...named, { name: repository }] : named;
}

function namedRepository(value: unknown): NamedRepository[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const { id, name } = value as { id?: unknown; name?: unknown };
  if (typeof name !== 'string') return [];
  return [{ name, ...(typeof id === 'number' && { id }) }];
}

export const observables = (repositories: readonly NamedRepository[]): object[] =>
  repositories.map(({ name }) => ({
    ...{ name: 'repository', type_id: RESOURCE_NAME, type: 'Resource Details Object: name' },
    value: name,
  }));

/** `namespace` is the organization: names are unique within one alone. */
export const resources = (repositories: readonly NamedRepository[], organization: string): object[] =>
  repositories.map(({ id, name }) => ({
    ...{ name, namespace: organization, type: 'GitHub repository' },
    ...(id !== undefined && { uid: String(id) }),
  }));
