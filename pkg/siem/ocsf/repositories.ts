/** The repositories that a record names, whatever its kind: as observables, and as resources of a finding. */
import { namedRepositories, type JournalRecord } from '../../journal/index.js';

export interface NamedRepository {
  name: string;
  /** GitHub's id; undefined where the record has the name alone. */
  id?: number;
}

/** `Resource Details Object: name`. https://schema.ocsf.io/1.8.0/objects/observable */
const RESOURCE_NAME = 38;
/** In the order of the record. */
export function repositoriesOf(record: JournalRecord): NamedRepository[] {
  const named = namedRepositories(record).flatMap(namedRepository);
  const { repository } = record.data as { repository?: unknown };
  return typeof repository === 'string' ? [...named, { name: repository }] : named;
}

function namedRepository(entry: object): NamedRepository[] {
  const { id, name } = entry as { id?: unknown; name?: unknown };
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
