/**
 * The mark in the body of an issue by which it is found again where its number is not known any more. It names what the issue is about and
 * not who opened it: two controllers of one ruleset, and one that lost its memory, find the same issue.
 */
import { sha256 } from '../base/index.js';

/** What the issues of one policy have in common: an organization and the name of a ruleset belong to one policy. */
export interface IssueScope {
  organizationID: number;
  ruleset: string;
}

export interface Marker {
  cause: string;
  hash: string;
  /** Plus1 closed it. */
  isClosed: boolean;
}

const SHORT = 16;
/** Of an issue in which nothing is wrong. */
export const NO_CAUSE = '0'.repeat(SHORT);

/** 16 hexadecimal characters: enough to tell a few texts of one issue apart. */
export const shortHash = (text: string): string => sha256(text).slice(0, SHORT);

/** How the mark of a repository's issue begins, whatever it says. */
export function markerStart({ organizationID, ruleset }: IssueScope, repositoryID: number): string {
  return `<!-- plus1:issue v1 ${repositoryID} ${shortHash(`${organizationID}\n${ruleset}`)} `;
}

export const markerOf = (scope: IssueScope, repositoryID: number, { cause, hash, isClosed }: Marker): string =>
  `${markerStart(scope, repositoryID)}${cause} ${hash} ${isClosed ? 'closed' : 'open'} -->`;

/** What the mark in a body says, which is the last one: above it stand words of others. Undefined where there is none, or it was changed. */
export function readMarker(body: string, start: string): Marker | undefined {
  const at = body.lastIndexOf(start);
  if (at === -1) return undefined;
  const found = /^([0-9a-f]{16}) ([0-9a-f]{16}) (open|closed) -->/.exec(body.slice(at + start.length));
  if (found === null) return undefined;
  const [, cause = '', hash = '', state] = found;
  return { cause, hash, isClosed: state === 'closed' };
}

export const commentMarker = (key: string): string => `<!-- plus1:issue-comment ${key} -->`;
