/**
 * Members of a candidate that are proved not to be of the organization any more. A whole list proves nothing about who is missing from it,
 * and neither does a 404: both are what a credential sees. So it is asked again, after the list, whether that is everything.
 */
import type { GitHubReader, Owner } from '../../github/index.js';
import { isContradicted, isFullView, type View } from '../../governance/index.js';
import type { PassObservation } from '../types.js';

/** Members that are looked up in one pass. */
const MOST_LOOKED_UP = 10;

type Seen = Pick<PassObservation, 'complete' | 'findings' | 'isListed' | 'isQuick' | 'organization' | 'totalCount'>;
type Reader = Pick<GitHubReader, 'credential' | 'lookUp' | 'readOwners' | 'visibility'>;

/** None where anything contradicts it, and in a quick pass, which lists nobody. */
export async function goneMembers(
  members: Iterable<number>,
  seen: Seen,
  reader: Reader,
  signal: AbortSignal,
): Promise<ReadonlySet<number>> {
  const listed = new Set(seen.findings.map(({ id }) => id));
  const missing = [...members].filter((id) => !listed.has(id)).slice(0, MOST_LOOKED_UP);
  if (missing.length === 0 || !seen.complete || !seen.isListed || seen.isQuick === true) return new Set();
  if (!(await seesAll(seen, reader, signal))) return new Set();
  const fates = await Promise.all(missing.map(async (id) => ({ id, fate: await reader.lookUp(id, signal) })));
  const owned = fates.flatMap(({ id, fate }) => (fate.state === 'owned' ? [{ id, ...fate }] : []));
  // A list that lacks one of the organization may lack others.
  if (owned.some(({ ownerID }) => ownerID === seen.organization.id)) return new Set();
  const owners: ReadonlyMap<number, Owner> = owned.length === 0 ? new Map() : await reader.readOwners(owned, signal);
  const elsewhere = owned.filter(({ id, ownerID }) => owners.get(id)?.ownerID === ownerID);
  return new Set([...fates.filter(({ fate }) => fate.state === 'missing'), ...elsewhere].map(({ id }) => id));
}

async function seesAll({ organization, totalCount }: Seen, reader: Reader, signal: AbortSignal): Promise<boolean> {
  const { kind, visibility } = reader.credential;
  const before: View = { kind, visibility, totalCount, countBefore: organization.repositoryCount };
  if (isContradicted(before)) return false;
  const { all, repositoryCount } = await reader.visibility(organization, signal);
  return isFullView({ ...before, isOnAll: all, countAfter: repositoryCount });
}
