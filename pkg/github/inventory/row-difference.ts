/**
 * Two rows of one listing about the same repository. GitHub's pages overlap where a repository moves between them, and a listing may
 * be taken twice; where the rows differ, one of them is wrong or old, and nothing tells which. Pure.
 */
import type { Repository } from '../../api/index.js';

/** What an archive, the filter of a policy and the asking for files look at. */
const STATE: readonly (keyof Repository)[] = [
  'nodeID',
  'name',
  'visibility',
  'isArchived',
  'isDisabled',
  'isFork',
  'isTemplate',
];
/** Moves with each push. */
const CONTENT: readonly (keyof Repository)[] = ['isEmpty', 'defaultBranch', 'headCommit'];

/** `state`: what the repository is; `content`: what is in it alone; undefined where both rows say the same. */
export function rowDifference(a: Repository, b: Repository): 'state' | 'content' | undefined {
  const differ = (fields: readonly (keyof Repository)[]): boolean => fields.some((field) => a[field] !== b[field]);
  if (differ(STATE)) return 'state';
  return differ(CONTENT) ? 'content' : undefined;
}

/**
 * The row that protects more: one by which the files decide, so that what is in production enters; then one by which absence needs a
 * proof; then one by which the files may be read. The first where they are equal.
 */
export function protectingRow(a: Repository, b: Repository, wanted: (row: Repository) => boolean): Repository {
  const protection = (row: Repository): number =>
    (wanted(row) ? 4 : 0) + (row.visibility === 'Public' ? 0 : 2) + (row.isDisabled ? 0 : 1);
  return protection(b) > protection(a) ? b : a;
}
