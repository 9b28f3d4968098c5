/**
 * The pull requests of one repository between branches of its own: one open one for two branches, closed where its branch goes, with reviews.
 * https://docs.github.com/en/rest/pulls/pulls
 */
import { sha1 } from './git.js';
import { ancestorsOf, mergeBase, mergedFiles } from './history.js';
import type { Author, Issue } from './issues.js';
import type { Commit, Repository } from './repository.js';

export type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';
export type Association = 'OWNER' | 'MEMBER' | 'COLLABORATOR' | 'CONTRIBUTOR' | 'NONE';

export interface Review {
  id: number;
  author: Author;
  association: Association;
  state: ReviewState;
  /** Oid of the head that was looked at. */
  commit: string;
  at: number;
}

export interface Pull {
  /** What it shares with issues: number, title, body, state, author. */
  issue: Issue;
  /** Names of branches. */
  head: string;
  base: string;
  /** The head as it last was. */
  headOid: string;
  merged?: { at: number; by: Author; commit: Commit };
  reviews: Review[];
}

export interface NewPull {
  title: string;
  body?: string;
  head: string;
  base: string;
  author: Author;
}

const ADA: Author = { login: 'ada', type: 'User' };

export class Pulls {
  readonly all: Pull[] = [];
  readonly #repository: Repository;
  #reviews = 0;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  get(number: number): Pull | undefined {
    return this.all.find(({ issue }) => issue.number === number);
  }

  get open(): Pull[] {
    return this.all.filter(({ issue }) => issue.state === 'open');
  }

  /** The open one of two branches: GitHub has no second. */
  between(head: string, base: string): Pull | undefined {
    return this.open.find((pull) => pull.head === head && pull.base === base);
  }

  create({ title, body = '', head, base, author }: NewPull): Pull {
    const issue = this.#repository.issues.open({ title, body, author, isPullRequest: true });
    const pull = { issue, head, base, headOid: this.#repository.branches.get(head)?.oid ?? '', reviews: [] };
    this.all.push(pull);
    return pull;
  }

  /** Where its branch is now; of one that ended, where it was then. */
  headOf(pull: Pull): string {
    if (pull.issue.state === 'open') pull.headOid = this.#repository.branches.get(pull.head)?.oid ?? pull.headOid;
    return pull.headOid;
  }

  close(pull: Pull, author: Author = ADA): void {
    this.headOf(pull);
    this.#repository.issues.change(pull.issue, { state: 'closed' }, author);
  }

  /** Those whose branch was deleted. */
  closeOf(branch: string): void {
    for (const pull of this.open) if (pull.head === branch) this.close(pull);
  }

  review(pull: Pull, { author, association = 'MEMBER', state = 'APPROVED', commit, at }: Partial<Review> = {}): Review {
    this.#reviews += 1;
    const review: Review = {
      ...{ id: this.#repository.id * 1_000 + this.#reviews, author: author ?? ADA, association, state },
      ...{ commit: commit ?? this.headOf(pull), at: at ?? this.#repository.organization.now() },
    };
    pull.reviews.push(review);
    return review;
  }

  /** Paths that cannot be merged. */
  conflicts(pull: Pull): string[] {
    return this.#merge(pull)?.conflicts ?? [];
  }

  /** As the button does it. Throws where there is a conflict. */
  merge(pull: Pull, { how = 'merge', by = ADA }: { how?: 'merge' | 'squash'; by?: Author } = {}): Commit {
    const repository = this.#repository;
    const merging = this.#merge(pull);
    if (merging === undefined || merging.conflicts.length > 0 || pull.issue.state !== 'open')
      throw new Error(`#${pull.issue.number} cannot be merged: ${merging?.conflicts.join(', ') ?? 'no branch'}`);
    const { head, base, files } = merging;
    const { number, title } = pull.issue;
    const at = repository.organization.now();
    const commit: Commit = {
      ...{ typeName: 'Commit', repository, files, date: at, parent: base, pullRequest: number },
      oid: sha1(`merge ${repository.id} ${number} ${repository.commits.size}`),
      author: { name: by.login, login: by.login },
      message: `${title} (#${number})`,
      ...(how === 'merge' && { mergeParent: head }),
    };
    this.headOf(pull);
    repository.setBranch(pull.base, commit);
    pull.merged = { at, by, commit };
    repository.issues.change(pull.issue, { state: 'closed' }, by);
    return commit;
  }

  #merge({ head, base }: Pull): (ReturnType<typeof mergedFiles> & { head: Commit; base: Commit }) | undefined {
    const { branches } = this.#repository;
    const [from, into] = [branches.get(head), branches.get(base)];
    if (from === undefined || into === undefined) return undefined;
    const before = mergeBase(from, into)?.files ?? new Map();
    return { ...mergedFiles(before, into.files, from.files), head: from, base: into };
  }

  /** How many commits it would bring. */
  commitsOf({ head, base }: Pick<Pull, 'head' | 'base'>): number {
    const { branches } = this.#repository;
    const [from, into] = [branches.get(head), branches.get(base)];
    if (from === undefined || into === undefined) return 0;
    const known = ancestorsOf(into);
    return [...ancestorsOf(from)].filter((commit) => !known.has(commit)).length;
  }
}
