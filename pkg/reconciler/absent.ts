/**
 * The fate of members that a complete listing did not contain, looked up one by one: a request each, so that only so many
 * have their turn in one pass. Who waits stays a member, as unobserved; the next pass goes on where this one ended.
 */
import type { LiveRuleset } from '../api/index.js';
import type { GitHubReader, Organization } from '../github/index.js';
import type { AbsentMember } from '../governance/index.js';
import type { Learning } from './known.js';

/** With a pass every ten minutes 600 an hour, of a limit of 5,000. More than this are never gone at once but by a token that cannot see them. */
export const MAX_LOOK_UPS = 100;

interface Look {
  reader: GitHubReader;
  learning: Learning;
  organization: Organization;
  ruleset: LiveRuleset;
  listed: ReadonlySet<number>;
  /** False where the list is shorter than its own total. */
  isWhole: boolean;
  /** True where the caller is proved to see every repository. */
  seesAll: boolean;
}

export interface Absence {
  absent: AbsentMember[];
  /** How many had no turn. */
  waiting: number;
}

/** A list shorter than its own total proves nothing about who is missing from it: then nobody is even looked up. */
export async function lookUpAbsent(look: Look, signal: AbortSignal): Promise<Absence> {
  const { learning, ruleset, listed, isWhole } = look;
  const absent = [...ruleset.members].filter((id) => !listed.has(id)).sort((a, b) => a - b);
  if (!isWhole) return { absent: absent.map((id) => ({ id, fate: 'unknown' })), waiting: 0 };
  const turn = inTurn(absent, learning.lookedUpTo);
  const fates = await Promise.all(turn.map((id) => fateOf(id, look, signal)));
  learning.lookedUpTo = turn.length < absent.length ? turn.at(-1) : undefined;
  return { absent: fates, waiting: absent.length - turn.length };
}

/** `ids` ascending; those after `last` come first. */
function inTurn(ids: readonly number[], last = 0): number[] {
  const ahead = ids.filter((id) => id > last);
  return [...ahead, ...ids.filter((id) => id <= last)].slice(0, MAX_LOOK_UPS);
}

async function fateOf(
  id: number,
  { reader, organization, seesAll }: Pick<Look, 'reader' | 'organization' | 'seesAll'>,
  signal: AbortSignal,
): Promise<AbsentMember> {
  const fate = await reader.lookUp(id, signal);
  switch (fate.state) {
    case 'owned':
      return { id, name: fate.name, fate: fate.ownerID === organization.id ? 'unseen' : 'transferred' };
    case 'missing':
      // 404 also means "you may not see it": only a caller who sees everything may take it for gone.
      return { id, fate: seesAll ? 'deleted' : 'missing' };
    case 'unknown':
      return { id, fate: 'unknown' };
  }
}
