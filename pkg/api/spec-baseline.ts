/** `spec.baseline`: the checklist that each repository in production should meet. Read-only; it removes nothing and is never part of Ready. */
import * as v from 'valibot';
import { duration, matching, oneOf, set, text } from './fields.js';

const enabled = v.pipe(
  v.optional(v.boolean('true or false'), true),
  v.description('Whether the check is made. Default true.'),
);

const USES_ALLOWED = 'a workflow such as acme/security/.github/workflows/scan.yml, with @REF or without';
const PATH_ALLOWED = 'a path such as .github/workflows/security.yml';

const securityWorkflow = v.strictObject({
  enabled,
  uses: v.pipe(
    v.optional(
      matching(
        /^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+\/\.github\/workflows\/[A-Za-z0-9_.-]+\.ya?ml(@[A-Za-z0-9_./-]+)?$/,
        256,
        USES_ALLOWED,
      ),
    ),
    v.description('A reusable workflow that some job has to call; with @REF, at that reference.'),
  ),
  path: v.pipe(
    v.optional(matching(/^\.github\/workflows\/[A-Za-z0-9_.-]+\.ya?ml$/, 256, PATH_ALLOWED)),
    v.description('A workflow file that has to be there.'),
  ),
  rule: v.pipe(
    v.optional(v.boolean('true or false'), true),
    v.description(
      'Whether a rule in force that asks for workflows counts as well: for the named one, or for any where none is named. Default true.',
    ),
  ),
});

const MOST_NAMES = 16;
const many = (what: string): { min: number; max: number; allowed: string } => ({
  ...{ min: 0, max: MOST_NAMES },
  allowed: `at most ${MOST_NAMES} ${what}`,
});

const rulesetsInherited = v.strictObject({
  enabled,
  names: v.pipe(
    v.optional(set(text(1, 100, 'a name of 1 to 100 characters'), many('names of rulesets')), []),
    v.description(
      'Rulesets of which a rule has to be in force on the default branch, at most 16. Default [], which is ruleset.name.',
    ),
  ),
});

const customProperties = v.strictObject({
  enabled,
  required: v.pipe(
    v.optional(
      set(
        matching(/^[A-Za-z0-9_$#-]{1,75}$/, 75, 'the name of a custom property of 1 to 75 characters'),
        many('names of custom properties'),
      ),
      [],
    ),
    v.description(
      'Custom properties that need a value of their own, at most 16. Default [], and then there is nothing to check.',
    ),
  ),
});

const OWNER_ALLOWED = 'an owner such as @acme/security, @alice or security@example.com';
const OWNED_ALLOWED = 'a path from the root such as /.github/workflows/ or /entity.datadog.yaml';

const codeowners = v.strictObject({
  enabled,
  owners: v.pipe(
    v.optional(set(matching(/^(@[A-Za-z0-9_./-]+|[!-?A-~]+@[!-?A-~]+)$/, 128, OWNER_ALLOWED), many('owners')), []),
    v.description('Who has to own the paths: one of these, at most 16. Default [], which is anybody.'),
  ),
  paths: v.pipe(
    v.optional(set(matching(/^\/[!-~]*$/, 256, OWNED_ALLOWED), many('paths')), [
      '/.github/workflows/',
      '/.github/CODEOWNERS',
      '/entity.datadog.yaml',
    ]),
    v.description(
      'What they have to own, at most 16; a slash at the end is a folder with all that is in it. Default /.github/workflows/, /.github/CODEOWNERS and /entity.datadog.yaml.',
    ),
  ),
});

const branchProtection = v.strictObject({
  enabled,
  require: v.pipe(
    v.optional(set(matching(/^[a-z_]{1,50}$/, 50, 'a type of rule such as pull_request'), many('types of rules')), [
      'pull_request',
      'deletion',
      'non_fast_forward',
    ]),
    v.description(
      'Types of rules in force on the default branch, by rulesets or a classic protection, at most 16. Default pull_request, deletion and non_fast_forward.',
    ),
  ),
});

const securityScan = v.strictObject({
  enabled,
  tools: v.pipe(
    v.optional(set(text(1, 100, 'the name of a tool of 1 to 100 characters'), many('names of tools')), ['CodeQL']),
    v.description(
      'Tools of code scanning that each have to have analyzed the default branch, at most 16. Default CodeQL.',
    ),
  ),
  maxAge: v.pipe(
    v.optional(duration('1h', '8784h'), '720h'),
    v.description('How old the newest analysis may be, 1h to 8784h. Default 720h.'),
  ),
});

const checks = v.strictObject({
  securityWorkflow: v.pipe(
    v.optional(securityWorkflow, {}),
    v.description('The security workflow is applied: any of uses, path and rule counts.'),
  ),
  rulesetsInherited: v.pipe(v.optional(rulesetsInherited, {}), v.description('Rulesets apply to it.')),
  customProperties: v.pipe(v.optional(customProperties, {}), v.description('Custom properties are set.')),
  codeowners: v.pipe(v.optional(codeowners, {}), v.description('CODEOWNERS names the wanted owners.')),
  branchProtection: v.pipe(v.optional(branchProtection, {}), v.description('The default branch is protected.')),
  securityScan: v.pipe(v.optional(securityScan, {}), v.description('A scan has run, not long ago.')),
});

export const baseline = v.strictObject({
  enabled: v.pipe(
    v.optional(v.boolean('true or false'), false),
    v.description(
      'Whether the checklist is looked at, after a full pass. It is read-only, and never part of Ready. Default false.',
    ),
  ),
  scope: v.pipe(
    v.optional(oneOf(['Governed', 'All']), 'Governed'),
    v.description(
      'Whose checklists count: Governed (default), the production repositories that the ruleset targets, or All.',
    ),
  ),
  interval: v.pipe(
    v.optional(duration('1h', '168h'), '24h'),
    v.description('How often a repository is looked at again whose head commit did not move, 1h to 168h. Default 24h.'),
  ),
  checks: v.pipe(v.optional(checks, {}), v.description('What is asked of each repository.')),
});
