/** Who started the change of a repository, in a few words for people. */
import type { ChangeOrigin } from '../types.js';

/** A person finds a commit by its first digits. */
const DIGITS = 7;

/** `commit 1a2b3c4 by ada, pull request 41`; empty where no commit is known. */
export function startedBy({ commit, author, pullRequest }: Partial<ChangeOrigin>): string {
  if (commit === undefined) return '';
  const who = author === undefined ? '' : ` by ${author}`;
  return `commit ${commit.slice(0, DIGITS)}${who}${pullRequest === undefined ? '' : `, pull request ${pullRequest}`}`;
}
