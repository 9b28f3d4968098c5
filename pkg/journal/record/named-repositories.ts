/** The lists of records in which repositories stand by id and name. A kind with another list of them adds it here. */
import type { JournalRecord } from './record.js';

const LISTS = ['repositories', 'enter', 'leave', 'added', 'removed'] as const;

/**
 * The entries of those lists, in the order of the record. Lists of a snapshot (`[id, name, …]`) are left out: it names every repository,
 * and is no event of one.
 */
export function namedRepositories({ data }: JournalRecord): object[] {
  return LISTS.flatMap((list) => {
    const value = (data as Record<string, unknown>)[list];
    return Array.isArray(value) ? (value as unknown[]) : [];
  }).filter((entry): entry is object => typeof entry === 'object' && entry !== null && !Array.isArray(entry));
}
