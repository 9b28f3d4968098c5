/** Records by time, kind and repository. */
import type { WholeRecord } from '../record/group.js';

export interface Selection {
  /** RFC 3339 in UTC with milliseconds: from this time on, and before that one. */
  since?: string | undefined;
  until?: string | undefined;
  kinds?: readonly string[] | undefined;
  /** Name or id. */
  repository?: string | undefined;
  /** The newest of them. */
  limit?: number | undefined;
}

export function select(
  records: readonly WholeRecord[],
  { since, until, kinds, repository, limit }: Selection,
): WholeRecord[] {
  const ids = repository === undefined ? undefined : idsOf(repository, records);
  const chosen = records.filter(
    (record) =>
      (since === undefined || record.time >= since) &&
      (until === undefined || record.time < until) &&
      (kinds === undefined || kinds.includes(record.kind)) &&
      (ids === undefined || isAbout(record, ids)),
  );
  return limit === undefined ? chosen : chosen.slice(-limit);
}

/** A repository that was renamed is the same one: all ids that ever had the name. */
function idsOf(repository: string, records: readonly WholeRecord[]): Set<number> {
  const ids = new Set(/^\d+$/.test(repository) ? [Number(repository)] : []);
  for (const record of records) for (const { id, name } of namedIn(record)) if (name === repository) ids.add(id);
  return ids;
}

/** The first record of a file is about all of them, and so about none. */
const isAbout = (record: WholeRecord, ids: ReadonlySet<number>): boolean =>
  !record.kind.endsWith('Started') || record.kind === 'ExposureStarted' || record.kind === 'ExemptionStarted'
    ? namedIn(record).some(({ id }) => ids.has(id)) || exempts(record, ids)
    : false;

function exempts({ data }: WholeRecord, ids: ReadonlySet<number>): boolean {
  const id = data['repositoryID'];
  return typeof id === 'number' && ids.has(id);
}

interface Named {
  id: number;
  name?: string;
}

/** In lists of objects with an id, of `[id, name, …]`, and of ids. */
function namedIn({ data }: WholeRecord): Named[] {
  return Object.values(data)
    .filter((value) => Array.isArray(value))
    .flatMap((list) => (list as unknown[]).flatMap(namedOf));
}

function namedOf(item: unknown): Named[] {
  if (typeof item === 'number') return [{ id: item }];
  const [id, name] = Array.isArray(item) ? (item as unknown[]) : fields(item);
  if (typeof id !== 'number') return [];
  return [typeof name === 'string' ? { id, name } : { id }];
}

function fields(item: unknown): unknown[] {
  const { id, name } = (typeof item === 'object' && item !== null ? item : {}) as { id?: unknown; name?: unknown };
  return [id, name];
}
