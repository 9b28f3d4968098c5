/**
 * Paths of catalogue files. A path that can match nothing looks like an organization without production: every member
 * would leave, and nothing would be ungoverned. So each spelling is put into the one that git has, or refused with what to
 * write instead; schema, CRD, flags, environment and `validate` all judge by these rules.
 */
import { brokenRule, type TextRule } from './text-rule.js';

export const MAX_PATH_CHARACTERS = 256;
export const PATH_ALLOWED = `a path relative to the repository's root, of 1 to ${MAX_PATH_CHARACTERS} characters`;

const refused = (pattern: RegExp, message: string): TextRule => ({ pattern, matches: false, message });

const ONE_EACH = 'one path an entry: list the paths one by one (on the command line: repeat the flag)';
const A_FILE = 'the path of a file, such as catalog/entity.datadog.yaml: a folder is not read';

/** Only what can match no file is refused: git has blanks, brackets and dots in names. */
export const PATH_RULES: readonly TextRule[] = [
  refused(/^\//, "a path relative to the repository's root, without the / at its start"),
  refused(/\\/, 'a path with / between its parts, as git has it, and no \\'),
  refused(/[*?]/, 'the path of one file: globs are not followed, so list each file'),
  refused(/,/, ONE_EACH),
  refused(/\.(ya?ml|json)[ \t]+[^ \t/]/i, ONE_EACH),
  refused(/[\t\n\r\f\v]|^ | $|\/ | \//, 'a path without blanks at the ends of its parts, and without line breaks'),
  refused(/(^|\/)\.\.(\/|$)/, "a path without '..': nothing outside the repository is read"),
  refused(/\/$|(^|\/)\.$/, A_FILE),
];

/** What is allowed instead of the path, in one sentence, or undefined where it is a good one. */
export function pathFault(path: string): string | undefined {
  const { length } = [...path];
  if (length < 1 || length > MAX_PATH_CHARACTERS) return PATH_ALLOWED;
  return brokenRule(PATH_RULES, path);
}

/** The path as git spells it: `./a//b` is `a/b`. Only for a path without a fault. */
export function normalPath(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}
