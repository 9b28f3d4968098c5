/** What is left of a repository in the memory where the last list, or the settings, say nothing of it any more. Pure. */
import type { KnownRepository } from './verdict-cache-shape.js';

type Known = ReadonlyMap<number, KnownRepository>;

/** What was seen of a repository, without what it was judged by. */
export const sightOf = ({ id, name, status, readMs, seenMs, desiredMs }: KnownRepository): KnownRepository => ({
  ...{ id, name, status, readMs },
  ...(seenMs !== undefined && { seenMs }),
  ...(desiredMs !== undefined && { desiredMs }),
});

interface Staying {
  /** Everything was listed and read. */
  whole: boolean;
  /** Everything was listed. */
  listed: boolean;
  /** Of the ruleset, as far as they are known. */
  members?: Iterable<number> | undefined;
}

/** What stays known, from before a pass, of those that it learned nothing about. */
export function stayingOf(before: Known, { whole, listed, members = [] }: Staying): Known {
  if (whole) return sightsOfMembers(before, members);
  return listed ? withoutRows(before) : before;
}

/** Of those that a whole list did not contain nothing but a name and a verdict is known. */
function withoutRows(known: Known): Map<number, KnownRepository> {
  return new Map([...known].map(([id, { row: _row, ...rest }]) => [id, rest]));
}

/**
 * Of those that everything was read without. A member that one list lacks may come back, and a status that is put back from a copy brings
 * its exit clock along: when it was in production must not be forgotten for that.
 */
function sightsOfMembers(known: Known, members: Iterable<number>): Map<number, KnownRepository> {
  return new Map([...members].flatMap((id) => seenOf(known.get(id))));
}

const seenOf = (known: KnownRepository | undefined): [number, KnownRepository][] =>
  known === undefined ? [] : [[known.id, sightOf(known)]];
