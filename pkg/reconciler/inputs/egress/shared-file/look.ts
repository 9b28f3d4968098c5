/** Reads what the shared file and its pull requests are now, and says what is in the way. Writes nothing. */
import type { KnownBranch } from '../../../../egress/index.js';
import { Plus1Error } from '../../../../errors/index.js';
import { placeOf, type Blocked, type SharedMeans, type Sight } from './means.js';

const blocked = (reason: string, message: string): { blocked: Blocked } => ({ blocked: { reason, message } });

/** Throws what the reader throws. */
export async function look(means: SharedMeans): Promise<{ sight: Sight } | { blocked: Blocked }> {
  const { at, branch, path, reader, signal } = means;
  const name = `${at.organization}/${at.name}`;
  const repository = await reader.sharedFile.repository(at, signal);
  if (repository === undefined)
    return blocked(
      'RepositoryNotFound',
      `${name} is not there, or this credential may not see it: make it, grant it, or set egress.sharedFile.repository`,
    );
  const now = `${repository.owner}/${repository.name}`;
  if (repository.owner.toLowerCase() !== at.organization.toLowerCase())
    return blocked(
      'RepositoryMoved',
      `${name} is ${now} now: set egress.sharedFile.repository to one of ${at.organization}`,
    );
  if (repository.name.toLowerCase() !== at.name.toLowerCase())
    return blocked(
      'RepositoryRenamed',
      `${name} is ${now} now: set egress.sharedFile.repository to ${repository.name}`,
    );
  if (repository.isArchived)
    return blocked('RepositoryArchived', `${name} is archived: unarchive it, or set egress.sharedFile.repository`);
  const { defaultBranch } = repository;
  if (defaultBranch === branch)
    return blocked(
      'BranchIsDefault',
      `${branch} is the default branch of ${name}: set egress.sharedFile.branch to another one`,
    );
  const baseHead = await reader.sharedFile.head(at, defaultBranch, signal);
  if (baseHead === undefined)
    return blocked('RepositoryEmpty', `${name} has no commit on ${defaultBranch}: make a first commit there`);
  const file = await reader.sharedFile.text(at, { path, commit: baseHead }, signal);
  if (file.state === 'other')
    return blocked(
      'NotAFile',
      `${placeOf(means)} cannot be kept: ${file.why}; move it away, or set egress.sharedFile.path`,
    );
  const pulls = await reader.sharedFile.pulls(at, { head: branch, base: defaultBranch }, signal);
  return { sight: { defaultBranch, baseHead, base: file.state === 'text' ? file.text : '', pulls } };
}

/** The branch as it is now, with its head; undefined where there is none. */
export interface BranchSight extends KnownBranch {
  head: string;
}

export async function lookAtBranch(means: SharedMeans, { baseHead, base }: Sight): Promise<BranchSight | undefined> {
  const { at, branch, reader, signal } = means;
  const head = await reader.sharedFile.head(at, branch, signal);
  if (head === undefined) return undefined;
  const { mergeBase, isAhead, files } = await reader.sharedFile.compare(at, { base: baseHead, head }, signal);
  const before = mergeBase === baseHead ? base : await textAt(means, mergeBase);
  const now = head === mergeBase ? before : await textAt(means, head);
  return { head, before, now, isAhead, files };
}

/** Throws where it is no text: nothing of it may be lost. */
async function textAt({ reader, at, path, branch, signal }: SharedMeans, commit: string): Promise<string> {
  const file = await reader.sharedFile.text(at, { path, commit }, signal);
  if (file.state !== 'other') return file.state === 'text' ? file.text : '';
  throw new Plus1Error(
    'PLUS1_WRITE_REFUSED',
    `cannot keep ${path} on the branch ${branch} of ${at.name}: ${file.why}`,
    {
      fix: 'make it a text file there, or delete the branch',
    },
  );
}
