/**
 * Does the live ruleset protect a repository's default branch at all? Membership in a ruleset that is switched off, or
 * that looks at other branches, counts as nothing. Hazard: the answer belongs to one default branch, so it differs
 * between repositories.
 *
 * Ref patterns are those of Ruby's `File.fnmatch` with FNM_PATHNAME:
 * https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/creating-rulesets-for-a-repository#using-fnmatch-syntax
 */
import { minimatch, type MinimatchOptions } from 'minimatch';
import type { LiveRuleset } from '../../api/index.js';

/** `enforced`, or why the ruleset does not protect the default branch. */
export type Coverage = 'enforced' | 'disabled' | 'evaluate' | 'target_not_branch' | 'no_rules' | 'branch_not_covered';

/** What minimatch knows beyond fnmatch is switched off. `dot`: no part of a git ref can begin with a dot anyway. */
const FNMATCH: MinimatchOptions = {
  nobrace: true,
  noext: true,
  nonegate: true,
  nocomment: true,
  dot: true,
  platform: 'linux',
};

/** Whether membership in the ruleset protects a repository with that default branch (short name; none where it is empty). */
export function enforcement(live: LiveRuleset, defaultBranch: string | undefined): Coverage {
  if (live.enforcement !== 'active') return live.enforcement;
  if (live.target !== 'branch') return 'target_not_branch';
  if (live.rules === 0) return 'no_rules';
  const { include, exclude } = live.refName ?? { include: [], exclude: [] };
  const covered = include.some((pattern) => covers(pattern, defaultBranch) === true);
  const spared = exclude.every((pattern) => covers(pattern, defaultBranch) === false);
  return covered && spared ? 'enforced' : 'branch_not_covered';
}

/** True where membership in the ruleset protects a repository with that default branch. */
export function governs(live: LiveRuleset, defaultBranch: string | undefined): boolean {
  return enforcement(live, defaultBranch) === 'enforced';
}

/** Undefined: what the pattern means is not certain, so that nobody is told to be covered by it, nor to be spared by one that excludes. */
function covers(pattern: string, branch: string | undefined): boolean | undefined {
  if (pattern === '~ALL' || pattern === '~DEFAULT_BRANCH') return true;
  if (branch === undefined) return false;
  if (!isClear(pattern, branch)) return undefined;
  // Ruby crosses slashes with `**/` only; minimatch does it with a `**` at the end as well.
  return minimatch(`refs/heads/${branch}`, pattern.replace(/(^|\/)\*\*$/, '$1*'), FNMATCH);
}

/** A set of letters, digits and `._-`, with ranges. Classes such as `[[:alpha:]]` are none of Ruby's, and each library reads them in its own way. */
const SET = /\[[!^]?(?:[a-z]-[a-z]|[A-Z]-[A-Z]|[0-9]-[0-9]|[A-Za-z0-9._])+\]/g;
const ASCII = /^[\x20-\x7e]*$/;

/** A range that goes down holds nothing in one library, and is an error in another. */
const isUpward = (set: string): boolean =>
  [...set.matchAll(/([A-Za-z0-9])-([A-Za-z0-9])/g)].every(([, from = '', to = '']) => from <= to);

/**
 * True where `fnmatch` of Ruby and minimatch agree on what the pattern means. Ruby keeps empty segments and `.` and `..` as they stand,
 * takes several stars for one but in a segment of their own, and reads braces where GitHub asks it to, which is documented nowhere.
 */
function isClear(pattern: string, branch: string): boolean {
  const bare = pattern.replace(SET, (set) => (isUpward(set) ? '?' : set));
  if (/[\\[\]{}]/.test(bare) || pattern.startsWith('~')) return false;
  // One character may be several bytes.
  if (bare.includes('?') && !ASCII.test(branch)) return false;
  return bare
    .split('/')
    .every((segment) => !['', '.', '..'].includes(segment) && (segment === '**' || !segment.includes('**')));
}
