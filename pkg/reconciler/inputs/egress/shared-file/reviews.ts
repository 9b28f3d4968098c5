/** Who approved the pull request by which a rule came into the shared file. */
import { entriesOf, readPullMark } from '../../../../egress/index.js';
import type { PullRequest, PullReview } from '../../../../github/index.js';
import type { SharedMeans, Sight } from './means.js';

/** The pull request that brought a rule. */
export interface Merged {
  number: number;
  /** Of the merge. */
  commit: string;
  /** Who approved its last commit: approvals of an earlier one are about another list. */
  approvers: readonly { login: string; time: string }[];
}

/**
 * By short digest: of those asked for that stand in the file, where a merged pull request names them and its commits brought them. Its text
 * alone proves nothing: people can change that after the merge. Throws what the reader throws.
 */
export async function mergedOf(
  means: SharedMeans,
  { base, pulls }: Sight,
  digests: readonly string[],
): Promise<ReadonlyMap<string, Merged>> {
  const { reader, at, signal } = means;
  const open = new Set(entriesOf(base).flatMap(({ digest }) => (digests.includes(digest) ? [digest] : [])));
  const found = new Map<string, Merged>();
  for (const pull of pulls.filter(({ merged }) => merged !== undefined)) {
    const named = readPullMark(pull.body)?.digests.filter((digest) => open.has(digest)) ?? [];
    if (named.length === 0) continue;
    const brought = await broughtBy(means, pull);
    const own = named.filter((digest) => brought.has(digest));
    if (own.length === 0) continue;
    const merged = mergedBy(pull, await reader.sharedFile.reviews(at, pull.number, signal));
    for (const digest of own) found.set(digest, merged);
    for (const digest of own) open.delete(digest);
  }
  return found;
}

/** Digests that stand at its last commit, and not where its branch parted: what its reviewers were shown. */
async function broughtBy(means: SharedMeans, { head, merged }: PullRequest): Promise<ReadonlySet<string>> {
  const { reader, at, signal } = means;
  const into = merged?.commit ? await reader.sharedFile.parent(at, merged.commit, signal) : undefined;
  if (into === undefined) return new Set();
  const { mergeBase } = await reader.sharedFile.compare(at, { base: into, head }, signal);
  const [before, after] = [await digestsAt(means, mergeBase), await digestsAt(means, head)];
  return new Set([...after].filter((digest) => !before.has(digest)));
}

async function digestsAt({ reader, at, path, signal }: SharedMeans, commit: string): Promise<ReadonlySet<string>> {
  const file = await reader.sharedFile.text(at, { path, commit }, signal);
  return new Set(file.state === 'text' ? entriesOf(file.text).map(({ digest }) => digest) : []);
}

function mergedBy({ number, head, merged }: PullRequest, reviews: readonly PullReview[]): Merged {
  // The last word of each; a comment takes nothing back.
  const last = new Map(
    reviews
      .filter(({ counts, state }) => counts && state !== 'COMMENTED' && state !== 'PENDING')
      .map((each) => [each.reviewer, each]),
  );
  const approvers = [...last.values()]
    .filter(({ state, commit }) => state === 'APPROVED' && commit === head)
    .map(({ reviewer, time }) => ({ login: reviewer, time }));
  return { number, commit: merged?.commit ?? '', approvers };
}
