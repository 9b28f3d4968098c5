/**
 * The issues of one repository, and their comments. Numbers are never used twice, also not of an issue that was deleted.
 * https://docs.github.com/en/rest/issues/issues
 */

export type StateReason = 'completed' | 'not_planned' | 'reopened' | 'duplicate';

/** A person or a bot. */
export interface Author {
  login: string;
  type: 'User' | 'Bot';
}

export interface Comment {
  id: number;
  body: string;
  author: Author;
  at: number;
}

export interface Issue {
  id: number;
  number: number;
  title: string;
  body: string;
  labels: string[];
  state: 'open' | 'closed';
  stateReason: StateReason | null;
  author: Author;
  closedBy: Author | null;
  createdAt: number;
  updatedAt: number;
  closedAt: number | null;
  comments: Comment[];
  /** A pull request has a number of the same row, and is in the lists of issues. */
  isPullRequest: boolean;
}

export interface NewIssue extends Pick<Issue, 'title' | 'author'> {
  body?: string;
  labels?: readonly string[];
  isPullRequest?: boolean;
}

export interface IssueChange {
  title?: string;
  body?: string;
  labels?: readonly string[];
  state?: 'open' | 'closed';
  stateReason?: StateReason | null;
}

const OWNER: Author = { login: 'ada', type: 'User' };

export class Issues {
  readonly all: Issue[] = [];
  readonly #now: () => number;
  readonly #firstID: number;
  #last = 0;
  #comments = 0;

  constructor(repositoryID: number, now: () => number) {
    this.#now = now;
    this.#firstID = repositoryID * 1_000;
  }

  get(number: number): Issue | undefined {
    return this.all.find((issue) => issue.number === number);
  }

  /** True where there was one of that number. */
  wasDeleted(number: number): boolean {
    return number <= this.#last && this.get(number) === undefined;
  }

  open({ title, author, body = '', labels = [], isPullRequest = false }: NewIssue): Issue {
    this.#last += 1;
    const at = this.#now();
    const issue: Issue = {
      ...{
        id: this.#firstID + this.#last,
        number: this.#last,
        title,
        body,
        labels: [...labels],
        author,
        isPullRequest,
      },
      ...{
        state: 'open',
        stateReason: null,
        closedBy: null,
        createdAt: at,
        updatedAt: at,
        closedAt: null,
        comments: [],
      },
    };
    this.all.push(issue);
    return issue;
  }

  change(issue: Issue, { title, body, labels, state, stateReason }: IssueChange, author: Author = OWNER): Issue {
    if (title !== undefined) issue.title = title;
    if (body !== undefined) issue.body = body;
    if (labels !== undefined) issue.labels = [...labels];
    if (state !== undefined && state !== issue.state) this.#turn(issue, state, author);
    if (stateReason !== undefined && issue.state === 'closed') issue.stateReason = stateReason;
    issue.updatedAt = this.#now();
    return issue;
  }

  #turn(issue: Issue, state: Issue['state'], author: Author): void {
    issue.state = state;
    issue.stateReason = state === 'open' ? 'reopened' : 'completed';
    issue.closedBy = state === 'open' ? null : author;
    issue.closedAt = state === 'open' ? null : this.#now();
  }

  comment(issue: Issue, body: string, author: Author = OWNER): Comment {
    this.#comments += 1;
    const comment = { id: this.#firstID + 500 + this.#comments, body, author, at: this.#now() };
    issue.comments.push(comment);
    issue.updatedAt = comment.at;
    return comment;
  }

  /** As an administrator of the repository may: nothing of it stays but its number. */
  delete(issue: Issue): void {
    this.all.splice(this.all.indexOf(issue), 1);
  }
}
