/** The words of issues for repository owners: what one should say, what is known of it, and what is to be done. */

import type { Marker } from './marker.js';

/** What the catalogue of a repository means for its issue. */
export type Want =
  /** It should be open, with this text. `cause`: what is wrong, without what changes with each commit. */
  | { kind: 'open'; cause: string; title: string; body: string; hash: string }
  /** There is nothing to say any more. `why`: a sentence. */
  | { kind: 'over'; why: string; body: string; hash: string }
  /** Nobody knows: nothing is done. */
  | { kind: 'unknown' };

/** What is remembered of one repository between passes. */
export interface IssueMemory {
  id: number;
  /** When its finding was first seen, Unix ms; absent where nothing is wrong. */
  sinceMs?: number;
  /** The number of its issue; absent where there is none, or nobody knows. */
  number?: number;
  state?: 'open' | 'closed';
  /** Who closed it. */
  closedBy?: 'plus1' | 'person';
  /** As what: `not_planned`, `completed`, … */
  closedAs?: string;
  /** What was wrong when its text was last written, and the hash of that text. */
  cause?: string;
  hash?: string;
  /** A person closed or deleted it: it is not opened until then, Unix ms. */
  snoozedUntilMs?: number;
  /** A person reopened it after Plus1 had closed it: it is theirs until something is wrong again. */
  isLeftOpen?: true;
  /** Tag of the answer that it was last read from, and when that was. */
  etag?: string;
  lookedMs?: number;
  /** GitHub takes no issue there; it is not tried again until then. */
  refused?: { why: string; untilMs: number };
  /** A comment that was not sent yet, or nobody knows whether it was. */
  owed?: OwedComment;
}

export interface OwedComment {
  /** Stands in the comment, so that it is found again. */
  key: string;
  body: string;
  /** The text that the issue must bear by then, by its hash: of a change that was never made nothing is told. */
  hash: string;
}

/** An issue as it is now, as far as the decision needs it. */
export interface LiveIssue {
  state: 'open' | 'closed';
  /** `not_planned`, `completed`, … */
  stateReason?: string;
  /** Of its body; absent where somebody took it away. */
  marker?: Marker;
}

/** What is to be done with an issue that is known. */
export type IssueStep =
  | { do: 'nothing' }
  /** Its text is written again; `reopen`: and it is opened. */
  | { do: 'write'; body: string; hash: string; cause: string; reopen: boolean; comment?: OwedComment }
  | { do: 'close'; body: string; hash: string; cause: string; comment: OwedComment };
