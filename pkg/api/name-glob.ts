/**
 * Globs of repository names. One that can match no name includes nothing, or excludes nothing: either way the policy means
 * other repositories than its author, without a word. https://docs.github.com/en/repositories/creating-and-managing-repositories
 */
import type { TextRule } from './text-rule.js';

export const MAX_GLOB_CHARACTERS = 128;
export const GLOB_ALLOWED = `a glob of 1 to ${MAX_GLOB_CHARACTERS} characters with * and ?`;

const refused = (pattern: RegExp, message: string): TextRule => ({ pattern, matches: false, message });

/** GitHub puts a hyphen in the place of every other character of a name, and takes neither `.` nor `..` for one. */
export const GLOB_RULES: readonly TextRule[] = [
  refused(/\//, "a glob of the repository's name alone, without the organization: * and not acme/*"),
  refused(/,/, 'one glob an entry: list the globs one by one'),
  refused(/[ \t\n\r]/, 'a glob without blanks: no name of a repository has any'),
  refused(
    /[^A-Za-z0-9._*?-]/,
    'a glob of letters, digits, ., _, -, * and ?: nothing else is in the name of a repository',
  ),
  refused(/^[.][.]?$/, 'a name that a repository can have'),
];
