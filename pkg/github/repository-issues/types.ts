/** Issues of repositories as values, and the port that reads and writes them. A dry run is never given one. */
import type { Plus1Error } from '../../errors/index.js';

/** One issue as GitHub shows it. */
export interface Issue {
  number: number;
  body: string;
  state: 'open' | 'closed';
  /** `completed`, `not_planned`, `reopened`, `duplicate`; absent where GitHub says none. */
  stateReason?: string;
  /** Of the answer that it was read from: a later read with it costs nothing where nothing changed. */
  etag?: string;
}

/** What is written of one issue. What is absent stays as it is. */
export interface IssueChange {
  body?: string;
  state?: 'open' | 'closed';
  /** With a state of `closed`. */
  stateReason?: 'completed' | 'not_planned';
}

export interface NewIssue {
  title: string;
  body: string;
  labels: readonly string[];
}

/**
 * Why GitHub took nothing: `off`: issues are switched off; `archived`; `forbidden`: a missing right, or anything else that a 403 says;
 * `gone`: the issue was deleted, or is hidden; `invalid`: a 422.
 */
export type IssueRefusal = 'off' | 'archived' | 'forbidden' | 'gone' | 'invalid';

/**
 * The answer to one question or write. `unknown`: it may have been applied or not; look before it is sent again. Limits, a refused
 * credential and a signal that aborts are thrown.
 */
export type IssueAnswer<T> =
  | { state: 'done'; value: T }
  | { state: 'refused'; why: IssueRefusal; text: string }
  | { state: 'unknown'; error: Plus1Error };

export interface IssueList {
  issues: Issue[];
  /** There are more than were looked at. */
  isCut: boolean;
}

/** Where issues are: an organization's login and a repository's name. */
export interface IssueHome {
  organization: string;
  repository: string;
}

/** Every method throws Plus1Error for what concerns more than this one repository. */
export interface IssueTracker {
  /** What an App lacks for this; undefined where nothing is known to be missing. */
  missing(signal: AbortSignal): Promise<string | undefined>;
  /** Those of the repository whose body has that text, oldest first: of an App those that it made, else at most 1,000 are looked at. */
  find(home: IssueHome, text: string, signal: AbortSignal): Promise<IssueAnswer<IssueList>>;
  /** Undefined where nothing changed since the answer that had that tag. */
  read(
    home: IssueHome,
    number: number,
    etag: string | undefined,
    signal: AbortSignal,
  ): Promise<IssueAnswer<Issue | undefined>>;
  open(home: IssueHome, issue: NewIssue, signal: AbortSignal): Promise<IssueAnswer<Issue>>;
  change(home: IssueHome, number: number, change: IssueChange, signal: AbortSignal): Promise<IssueAnswer<Issue>>;
  comment(home: IssueHome, number: number, body: string, signal: AbortSignal): Promise<IssueAnswer<void>>;
  /** Whether one of its comments has that text. */
  hasComment(home: IssueHome, number: number, text: string, signal: AbortSignal): Promise<IssueAnswer<boolean>>;
}
