/** `spec.egress`: how the endpoints of egress rules come into the lists of jobs. */
import * as v from 'valibot';
import { judged, oneOf, text } from './fields.js';
import type { TextRule } from './text-rule.js';

const REPOSITORY = 'the name of a repository, of 1 to 100 letters, digits, dots, hyphens and underscores';
const PATH =
  'a path of 1 to 200 characters of letters, digits, dots, hyphens, underscores and /, such as lists/allow.txt';
const BRANCH =
  'a branch of 1 to 100 letters, digits, hyphens, underscores and / between its parts, such as plus1/egress';

const NO_WORKFLOW = 'a file outside .github/workflows: Plus1 writes no workflow file';

const must = (pattern: RegExp, message: string): TextRule => ({ pattern, matches: true, message });
const mustNot = (pattern: RegExp, message: string): TextRule => ({ pattern, matches: false, message });

/** A workflow file takes a permission that no mode asks for; a file that GitHub reads as code owners or action changes more than a list. */
const PATH_RULES: readonly TextRule[] = [
  must(/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/, PATH),
  mustNot(/(^|\/)\.\.?(\/|$)/, 'a path without . and .. as its parts'),
  mustNot(/^\.github(\/workflows)?$/i, NO_WORKFLOW),
  mustNot(/^\.github\/workflows\//i, NO_WORKFLOW),
  mustNot(/(^|\/)codeowners$/i, 'another name than CODEOWNERS, which GitHub reads as something else'),
];

const sharedFile = v.strictObject({
  repository: v.pipe(
    v.optional(
      judged(text(1, 100, REPOSITORY), [must(/^[A-Za-z0-9._-]+$/, REPOSITORY), mustNot(/^\.\.?$/, REPOSITORY)]),
      '.github',
    ),
    v.description('Name of the repository that has the file, without the organization. Default .github.'),
  ),
  path: v.pipe(
    v.optional(judged(text(1, 200, PATH), PATH_RULES), '.github/harden-runner/allow_list.txt'),
    v.description('Path of the file, never one of a workflow. Default .github/harden-runner/allow_list.txt.'),
  ),
  branch: v.pipe(
    v.optional(judged(text(1, 100, BRANCH), [must(/^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/, BRANCH)]), 'plus1/egress'),
    v.description('Branch from which the pull request comes; not the default branch. Default plus1/egress.'),
  ),
});

export const egress = v.strictObject({
  delivery: v.pipe(
    v.optional(oneOf(['Audit', 'SharedFile']), 'Audit'),
    v.description(
      'Audit (default): nothing is written, and plus1 egress render prints the list that a job needs. SharedFile: rules for all governed repositories stand in one file of one repository, and changes of it come by pull request.',
    ),
  ),
  sharedFile: v.pipe(v.optional(sharedFile, {}), v.description('Where the file of delivery SharedFile is.')),
});
