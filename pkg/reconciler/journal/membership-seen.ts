/**
 * What a look at the ruleset says of the recorded membership: the outcome of a write that has none yet, then what somebody else
 * changed. Each look is held against the records and against nothing else, so that they always add up to the ruleset. Pure.
 */
import { membersHash } from '../../base/index.js';
import type { Data, Entry, Recorded } from '../../journal/index.js';

type Intent = Data<'WriteIntended'>;

export interface MembershipSight {
  members: ReadonlySet<number>;
  /** What a repository is called; undefined where nobody knows. */
  nameOf: (id: number) => string | undefined;
}

/** The process that sent a write ended before it could record what became of it. */
const UNTOLD =
  'the outcome was not recorded; by the first read after that, the ruleset does not hold what was to be sent';

/** The records that lead from the recorded membership to the one that was read; none where they are the same. */
export function membershipSeen(recorded: Recorded, { members, nameOf }: MembershipSight): Entry[] {
  const { openIntent, unprovedIntent } = recorded;
  if (openIntent === undefined && isSame(recorded.members, members)) return [];
  const found = membersHash(members);
  if (openIntent !== undefined && openIntent.hashAfter === found) return [proved(openIntent)];
  const closed = openIntent === undefined ? [] : [unproved(openIntent, found)];
  const before = new Set(recorded.members.keys());
  if (isSame(recorded.members, members)) return closed;
  // GitHub was seen to apply a write minutes after nobody got an answer to it. Then nobody else changed anything.
  if (openIntent === undefined && unprovedIntent !== undefined && leadsTo(unprovedIntent, before, found))
    return [proved(unprovedIntent)];
  return [...closed, drift(before, { members, nameOf: (id) => nameOf(id) ?? recorded.names.get(id) }, found)];
}

/** Of thousands of ids, several times a pass: without their hashes. */
const isSame = (recorded: Recorded['members'], members: ReadonlySet<number>): boolean =>
  recorded.size === members.size && [...members].every((id) => recorded.has(id));

const proved = ({ planHash, hashAfter }: Intent): Entry => ({
  kind: 'WriteProved',
  data: { planHash, hashAfter, error: null },
});

const unproved = ({ planHash }: Intent, found: string): Entry => ({
  kind: 'WriteUnproved',
  data: { planHash, hashAfter: found, error: UNTOLD },
});

/** That very membership, and no other one with the same hash of the plan. */
function leadsTo({ hashAfter, enter, leave }: Intent, before: ReadonlySet<number>, found: string): boolean {
  if (hashAfter !== found) return false;
  const after = new Set([...before, ...enter.map(({ id }) => id)]);
  for (const { id } of leave) after.delete(id);
  return membersHash(after) === found;
}

function drift(before: ReadonlySet<number>, { members, nameOf }: MembershipSight, found: string): Entry {
  const named = (ids: readonly number[]): { id: number; name: string }[] =>
    [...ids].sort((a, b) => a - b).map((id) => ({ id, name: nameOf(id) ?? `repository ${id}` }));
  return {
    kind: 'DriftSeen',
    data: {
      added: named([...members].filter((id) => !before.has(id))),
      removed: named([...before].filter((id) => !members.has(id))),
      hashAfter: found,
    },
  };
}
