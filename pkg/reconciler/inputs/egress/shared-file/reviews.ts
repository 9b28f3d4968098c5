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

/** By short digest: of those asked for that stand in the file, where a merged pull request names them. Throws what the reader throws. */
export async function mergedOf(
  { reader, at, signal }: SharedMeans,
  { base, pulls }: Sight,
  digests: readonly string[],
): Promise<ReadonlyMap<string, Merged>> {
  const there = new Set(entriesOf(base).map(({ digest }) => digest));
  const read = new Map<number, Merged>();
  const found = new Map<string, Merged>();
  for (const digest of digests.filter((each) => there.has(each))) {
    const pull = pulls.find(({ merged, body }) => merged !== undefined && names(body, digest));
    if (pull === undefined) continue;
    const merged = read.get(pull.number) ?? mergedBy(pull, await reader.sharedFile.reviews(at, pull.number, signal));
    read.set(pull.number, merged);
    found.set(digest, merged);
  }
  return found;
}

const names = (body: string, digest: string): boolean => readPullMark(body)?.digests.includes(digest) === true;

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
