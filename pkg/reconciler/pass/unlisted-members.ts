/**
 * The fate of members that a complete listing did not contain. What the credential may see is asked again first, after the
 * listing: an older word proves nothing about it. Then they are looked up one by one: a request each, so that only so many
 * have their turn in one pass. Who waits stays a member, as unobserved; the next pass goes on where this one ended.
 */
import type { LiveRuleset } from '../../api/index.js';
import type { Fate, GitHubReader, Organization, Owner } from '../../github/index.js';
import { isContradicted, isFullView, type AbsentMember, type View } from '../../governance/index.js';
import type { VerdictCache } from '../memory/verdict-cache.js';

/** With a pass every ten minutes 600 an hour, of a limit of 5,000. More than this are never gone at once but by a token that cannot see them. */
export const MAX_LOOK_UPS = 100;

interface Look {
  reader: GitHubReader;
  verdicts: VerdictCache;
  organization: Organization;
  ruleset: LiveRuleset;
  listed: ReadonlySet<number>;
  /** False where the list is shorter than its own total. */
  isWhole: boolean;
  totalCount: number;
}

/**
 * `unknown`: GitHub did not say what the credential may see. `contradicted`: not all, since the organization counts other
 * repositories than the listing holds.
 */
type Sight = 'full' | 'partial' | 'contradicted' | 'unknown';

export interface Absence {
  absent: AbsentMember[];
  /** How many had no turn. */
  waiting: number;
  /** Full where the credential seems to see every repository; where members are missing, only where that is proved. */
  visibility: 'Full' | 'Partial';
}

/** A list shorter than its own total proves nothing about who is missing from it: then nobody is even looked up. */
export async function lookUpAbsent(look: Look, signal: AbortSignal): Promise<Absence> {
  const { verdicts, ruleset, listed, isWhole } = look;
  const absent = [...ruleset.members].filter((id) => !listed.has(id)).sort((a, b) => a - b);
  const visibility = seemsFull(look) ? 'Full' : 'Partial';
  if (!isWhole || absent.length === 0)
    return { absent: absent.map((id) => ({ ...named(id, verdicts), fate: 'unknown' })), waiting: 0, visibility };
  const sight = await sightOf(look, signal);
  const turn = inTurn(absent, verdicts.lookedUpTo);
  const found = await Promise.all(
    turn.map(async (id) => {
      const fate = await look.reader.lookUp(id, signal);
      // At once: the others may take long, and a process that is killed meanwhile must not forget that it is there.
      if (fate.state === 'owned' && fate.ownerID === look.organization.id) {
        verdicts.sawUnlisted(id, fate.name);
        verdicts.keepMeanwhile(signal);
      }
      return { id, fate };
    }),
  );
  const owners = await ownersOf(found, look, signal);
  const fates = found.map(({ id, fate }) => memberOf(id, fate, look, { sight, owner: owners.get(id) }));
  verdicts.lookedUpTo = turn.length < absent.length ? turn.at(-1) : undefined;
  const asked = new Set(turn);
  const others = absent
    .filter((id) => !asked.has(id))
    .map((id): AbsentMember => ({ ...named(id, verdicts), fate: 'waiting' }));
  // A list that lacks one member of the organization may lack others, and the counts that fit it prove nothing.
  const isRefuted = fates.some(({ fate }) => fate === 'unseen');
  const isDoubted = isRefuted || sight === 'contradicted';
  const told = fates.map((member): AbsentMember => {
    if (isDoubted && member.fate === 'transferred') return { ...member, fate: 'contradicted' };
    return isRefuted && member.fate === 'gone' ? { ...member, fate: 'missing' } : member;
  });
  return {
    absent: [...told, ...others],
    waiting: others.length,
    visibility: sight === 'full' && !isRefuted ? 'Full' : 'Partial',
  };
}

/** In a quick pass, which proves of nobody that it is gone: they wait for a full one. */
export function notLookedUp(
  { verdicts, ruleset, listed }: Pick<Look, 'verdicts' | 'ruleset' | 'listed'>,
  { visibility }: Pick<Absence, 'visibility'>,
): Absence {
  const absent = [...ruleset.members].filter((id) => !listed.has(id)).sort((a, b) => a - b);
  const waiting = absent.map((id): AbsentMember => ({ ...named(id, verdicts), fate: 'waiting' }));
  return { absent: waiting, waiting: 0, visibility };
}

/** `ids` ascending; those after `last` come first. */
function inTurn(ids: readonly number[], last = 0): number[] {
  const ahead = ids.filter((id) => id > last);
  return [...ahead, ...ids.filter((id) => id <= last)].slice(0, MAX_LOOK_UPS);
}

/** By what is known without a request: good enough to be shown, and for nothing else. */
function seemsFull({ reader, organization, totalCount }: Look): boolean {
  const { kind, visibility } = reader.credential;
  const countBefore = organization.repositoryCount;
  const grant = kind === 'App' ? { isOnAll: visibility === 'Full' } : {};
  return isFullView({ kind, totalCount, countBefore, countAfter: countBefore, ...grant });
}

/**
 * True where GitHub itself says that the credential sees fewer repositories than there are. Without a word of it nothing is
 * said: a token that may not see the count is not shown to see too little.
 */
export function seesFewer({
  reader,
  organization,
  totalCount,
}: Pick<Look, 'reader' | 'organization' | 'totalCount'>): boolean {
  const { kind, visibility } = reader.credential;
  return (organization.repositoryCount ?? 0) > totalCount || (kind === 'App' && visibility === 'Partial');
}

/** Asked between the listing and the look-ups, so that a view that was narrow in one of them is no proof by both. */
async function sightOf({ reader, organization, totalCount }: Look, signal: AbortSignal): Promise<Sight> {
  const { kind, visibility } = reader.credential;
  const before: View = { kind, visibility, totalCount, countBefore: organization.repositoryCount };
  // Nothing that is told later can make it a proof.
  if (isContradicted(before)) return 'contradicted';
  if (kind === 'Token' && before.countBefore === undefined) return 'partial';
  try {
    const { all, repositoryCount } = await reader.visibility(organization, signal);
    const view: View = { ...before, isOnAll: all, countAfter: repositoryCount };
    if (isContradicted(view)) return 'contradicted';
    return isFullView(view) ? 'full' : 'partial';
  } catch (thrown) {
    // It decides about removals alone; what enters must not wait for it.
    if (signal.aborted) throw thrown;
    return 'unknown';
  }
}

function named(id: number, verdicts: VerdictCache): Pick<AbsentMember, 'id' | 'name'> {
  const name = verdicts.nameOf(id);
  return name === undefined ? { id } : { id, name };
}

/**
 * Who owns those that a look-up says to be of another owner. A transfer needs no second pass and counts in no guard, so that one answer
 * that is wrong would let a member leave at once: it is asked for in another way as well.
 */
async function ownersOf(
  found: readonly { id: number; fate: Fate }[],
  { reader, organization }: Look,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, Owner>> {
  const asked = found.flatMap(({ id, fate }) =>
    fate.state === 'owned' && isOfOther(fate, organization) ? [{ id, nodeID: fate.nodeID }] : [],
  );
  if (asked.length === 0) return new Map();
  try {
    return await reader.readOwners(asked, signal);
  } catch (thrown) {
    // It decides about removals alone; what enters must not wait for it.
    if (signal.aborted) throw thrown;
    return new Map();
  }
}

/** Two ids of one login: one of the two answers is wrong, and by the other every member would have another owner. */
const isOfOther = ({ ownerID, owner }: Owner, { id, login }: Organization): boolean =>
  ownerID !== id && owner.toLowerCase() !== login.toLowerCase();

function memberOf(
  id: number,
  fate: Fate,
  { organization, verdicts }: Look,
  { sight, owner }: { sight: Sight; owner: Owner | undefined },
): AbsentMember {
  const known = named(id, verdicts);
  switch (fate.state) {
    case 'owned': {
      const { name } = fate;
      if ([fate.ownerID, owner?.ownerID].includes(organization.id)) {
        verdicts.sawUnlisted(id, name);
        return { id, name, fate: 'unseen' };
      }
      const isProved =
        isOfOther(fate, organization) && owner?.ownerID === fate.ownerID && isOfOther(owner, organization);
      return isProved ? { id, name, owner: owner.owner, fate: 'transferred' } : { id, name, fate: 'unknown' };
    }
    case 'missing':
      // 404 also means "you may not see it": only of a caller who sees everything is it a proof.
      return { ...known, fate: sight === 'full' ? 'gone' : sight === 'unknown' ? 'unknown' : 'missing' };
    case 'unknown':
      return { ...known, fate: 'unknown' };
  }
}
