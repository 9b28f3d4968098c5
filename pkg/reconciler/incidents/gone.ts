/** Who of an incident is no repository of the organization any more: GitHub may refuse a whole write for the id of one that was deleted. */
import { isLost } from '../fate.js';
import { goneMembers } from '../rollouts/gone-members.js';
import type { Draft } from './draft.js';
import { forEach, type Means } from './means.js';

export interface Gone {
  /** By a look-up alone: enough not to put in one that is no member. */
  said: ReadonlySet<number>;
  /** By a whole list, and full visibility after it, as well: those may be taken out. */
  proved: ReadonlySet<number>;
}

/** Repositories that are looked up in one pass. */
const MOST_LOOKED_UP = 10;

/** Nothing is asked where the pass has seen all of them. What cannot be looked up is not gone. */
export async function goneOf({ entries }: Draft, means: Means): Promise<Gone> {
  const { candidates, organization, pass, signal } = means;
  const { reader } = pass.deps;
  const known = new Set(candidates.map(({ id }) => id));
  const missing = [...entries.keys()].filter((id) => !known.has(id)).slice(0, MOST_LOOKED_UP);
  const said = new Set<number>();
  await forEach(
    missing.map((id) => ({ id })),
    async ({ id }) => {
      const fate = await reader.lookUp(id, signal).catch(() => undefined);
      signal.throwIfAborted();
      if (fate !== undefined && isLost(fate, organization)) said.add(id);
    },
  );
  if (said.size === 0 || pass.seen === undefined) return { said, proved: new Set() };
  const proved = await goneMembers(said, pass.seen, reader, signal).catch(() => new Set<number>());
  signal.throwIfAborted();
  return { said, proved };
}

/** Whom a ruleset is to close off. `members`: whom it closes off now, and nobody leaves it without a proof. */
export function toClose(ids: Iterable<number>, { said, proved }: Gone, members: ReadonlySet<number>): number[] {
  return [...ids].filter((id) => !proved.has(id) && (!said.has(id) || members.has(id)));
}
