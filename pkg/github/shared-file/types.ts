/**
 * The port of one file in one repository that comes there by pull request. Nothing here decides what the file says. A branch moves only
 * forward: a write that would drop what somebody else pushed is refused by GitHub.
 */
import type { RepositoryAt } from '../isolation/types.js';
import type { FailedWrite, WriteOptions } from '../write-outcome.js';

export interface FileRepository {
  /** Login of its owner, and its name, as they are now: GitHub follows renames. */
  owner: string;
  name: string;
  defaultBranch: string;
  isArchived: boolean;
}

/** What stands at the path. `other`: something that is no text file of at most 512,000 bytes, in words. */
export type FileText = { state: 'absent' } | { state: 'text'; text: string } | { state: 'other'; why: string };

/** How a branch and what it is to go into parted. */
export interface Comparison {
  /** The commit that both follow from. */
  mergeBase: string;
  /** The branch has commits that its base does not have. */
  isAhead: boolean;
  /** What they change, by path; the first 300. */
  files: readonly string[];
}

export interface PullRequest {
  number: number;
  state: 'open' | 'closed';
  title: string;
  body: string;
  /** Head commit; of one that ended, as it was then. */
  head: string;
  /** Where it was merged; `time` is RFC 3339. */
  merged?: { time: string; commit: string };
}

/** `state` of a review, as GitHub's REST API has it. */
export const REVIEW_STATES = ['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED', 'PENDING'] as const;

export interface PullReview {
  /** Login. */
  reviewer: string;
  state: (typeof REVIEW_STATES)[number];
  /** The head that was looked at. */
  commit: string;
  /** RFC 3339. */
  time: string;
  /** A person who may answer for the repository: owner, member of the organization, or collaborator, and no bot. */
  counts: boolean;
}

/** Where pull requests go from and to, by names of branches of one repository. */
export interface Branches {
  head: string;
  base: string;
}

/** Reads. Every method throws Plus1Error. */
export interface SharedFileReader {
  /** What an App is known to lack for the writes, such as `contents: write`. */
  missing(signal: AbortSignal): Promise<string[]>;
  /** Undefined where there is none that the credential may see. */
  repository(at: RepositoryAt, signal: AbortSignal): Promise<FileRepository | undefined>;
  /** The head commit of a branch; undefined where there is no such branch, or no commit at all. */
  head(at: RepositoryAt, branch: string, signal: AbortSignal): Promise<string | undefined>;
  /** The file at a commit. */
  text(at: RepositoryAt, file: { path: string; commit: string }, signal: AbortSignal): Promise<FileText>;
  /** Of two commits. */
  compare(at: RepositoryAt, commits: Branches, signal: AbortSignal): Promise<Comparison>;
  /** Those of the two branches, the newest first, at most 100. */
  pulls(at: RepositoryAt, branches: Branches, signal: AbortSignal): Promise<PullRequest[]>;
  /** The oldest first, at most 300. */
  reviews(at: RepositoryAt, number: number, signal: AbortSignal): Promise<PullReview[]>;
  /** The tree of a commit. */
  tree(at: RepositoryAt, commit: string, signal: AbortSignal): Promise<string>;
  /** The commit that a commit follows from: of a merge, where the branch was that it went into. Undefined of the first commit. */
  parent(at: RepositoryAt, commit: string, signal: AbortSignal): Promise<string | undefined>;
}

/** A commit that writes the one file. */
export interface FileCommit {
  path: string;
  text: string;
  message: string;
  /** The tree that all other files are taken from. */
  tree: string;
  /** One, or two of a merge. */
  parents: readonly string[];
}

/**
 * Each write is sent once, and what its answer says is told as it is. They throw Plus1Error where GitHub positively took nothing, and
 * PLUS1_INTERNAL for a path of workflow files: nothing is sent then. An `answered` proves nothing by itself: read it back.
 */
export interface SharedFileWriter {
  /** Makes a commit on no branch: it changes nothing that anybody sees. */
  commit(
    at: RepositoryAt,
    commit: FileCommit,
    signal: AbortSignal,
    options?: WriteOptions,
  ): Promise<{ state: 'answered'; commit: string } | FailedWrite>;
  createBranch(
    at: RepositoryAt,
    to: { branch: string; commit: string },
    signal: AbortSignal,
    options?: WriteOptions,
  ): Promise<{ state: 'answered' } | FailedWrite>;
  /** Only forward. */
  moveBranch(
    at: RepositoryAt,
    to: { branch: string; commit: string },
    signal: AbortSignal,
    options?: WriteOptions,
  ): Promise<{ state: 'answered' } | FailedWrite>;
  openPull(
    at: RepositoryAt,
    pull: Branches & { title: string; body: string },
    signal: AbortSignal,
    options?: WriteOptions,
  ): Promise<{ state: 'answered'; number: number } | FailedWrite>;
  changePull(
    at: RepositoryAt,
    pull: { number: number; title?: string; body?: string; state?: 'closed' },
    signal: AbortSignal,
    options?: WriteOptions,
  ): Promise<{ state: 'answered' } | FailedWrite>;
}
