/**
 * Each permission that a pass needs. An App's are told by its installation, a classic token's by its scopes; of a fine-grained
 * token GitHub tells nothing, so that it shows in what it may do.
 */
import { isGranted } from '../../../pkg/github/index.js';
import type { Sights } from './ask.js';
import {
  ADMINISTRATION,
  CONTENTS,
  CONTENTS_WRITE,
  howToGrant,
  inWords,
  ISSUES,
  MEMBERS,
  METADATA,
  PROPERTIES,
  PULL_REQUESTS,
  READ_PROPERTIES,
  READ_PROTECTION,
  READ_RUNS,
  READ_SCANS,
  RUNS,
  SWITCH,
  type Needed,
} from './grant-words.js';
import type { Context } from './context.js';
import { hasScopes } from './kind.js';
import { failed, missing, ok, unknown, warning, type Judged } from './result.js';

const NEEDED = {
  metadata: METADATA,
  contents: CONTENTS,
  administration: ADMINISTRATION,
  'custom-properties': PROPERTIES,
  issues: ISSUES,
  'contents-write': CONTENTS_WRITE,
  'pull-requests': PULL_REQUESTS,
  // GitHub asks for the same as of rulesets.
  'rule-suites': ADMINISTRATION,
  'repository-administration': SWITCH,
  actions: RUNS,
  members: MEMBERS,
  'baseline-properties': READ_PROPERTIES,
  'baseline-protection': READ_PROTECTION,
  'baseline-scans': READ_SCANS,
  'workflow-runs': READ_RUNS,
} as const;

/** What stays unknown without it. Nothing else does: passes need none of these. */
const DISABLES: Readonly<Partial<Record<keyof typeof NEEDED, string>>> = {
  'baseline-properties': 'the check customProperties of the checklist stays unknown',
  'baseline-protection':
    'the check branchProtection of the checklist stays unknown where the rulesets alone do not suffice',
  'baseline-scans': 'the check securityScan of the checklist stays unknown',
  'workflow-runs': 'plus1 inventory --runs cannot find out which workflows ran',
};

/** Errors of the ruleset itself: GitHub has shown the list of rulesets, which takes the permission. */
const READABLE = new Set<string>([
  'PLUS1_RULESET_NOT_FOUND',
  'PLUS1_RULESET_AMBIGUOUS',
  'PLUS1_RULESET_TARGETING',
  'PLUS1_PROPERTY_NOT_FOUND',
  'PLUS1_PROPERTY_EDITABLE',
  'PLUS1_PROPERTY_UNSUITABLE',
]);

/** A role whose holder may write rulesets: https://docs.github.com/en/organizations/managing-peoples-access-to-your-organization-with-roles */
const OWNER =
  'let the token be of an owner of the organization, or of a person with a role that may "Manage organization ref update rules and rulesets"';

export function judgeAccess(name: keyof typeof NEEDED, sights: Sights, context: Context): Judged {
  const judged = judgeNeeded(name, sights, context);
  const without = DISABLES[name];
  const { result, code, message, fix = '' } = judged;
  const isLacking = result === 'missing' && (code === 'PLUS1_PERMISSION_MISSING' || code === 'PLUS1_SCOPE_MISSING');
  return without !== undefined && isLacking ? warning(`${message}; ${without}`, fix) : judged;
}

function judgeNeeded(name: keyof typeof NEEDED, sights: Sights, context: Context): Judged {
  const needed = NEEDED[name];
  const { kind } = context;
  if (kind === 'app') return byInstallation(needed, sights, context);
  if (hasScopes(kind)) return byScope(needed, sights, context);
  if (name === 'metadata') return byListing(needed, sights, context);
  if (name === 'custom-properties') return byValues(needed, sights, context);
  const untold = UNTOLD[name];
  if (untold !== undefined) return byWord(needed, untold);
  return name === 'contents' ? byContents(needed, sights, context) : byRuleset(needed, sights, context);
}

function byInstallation(needed: Needed, { installation, app }: Sights, { kind }: Context): Judged {
  if (installation?.error !== undefined) return failed(installation.error);
  if (installation?.value === undefined) return unknown('not asked');
  if (isGranted(`${needed.key}: ${needed.level}`, installation.value.permissions)) return ok(inWords(needed));
  return lacks(
    `the installation of the App lacks ${needed.key}: ${needed.level}`,
    howToGrant(needed, kind, app?.value),
  );
}

/** A scope says what the token may ask for, not what its person may do: of the ruleset GitHub shows that too. */
function byScope(needed: Needed, { headers, ruleset }: Sights, { kind }: Context): Judged {
  const { scopes } = headers;
  if (scopes === undefined) return unknown('GitHub did not name the scopes of the token');
  if (!scopes.includes(needed.scope)) {
    return missing(`the token lacks the scope ${needed.scope}`, howToGrant(needed, kind), 'PLUS1_SCOPE_MISSING');
  }
  if (needed !== ADMINISTRATION) return ok(`scope ${needed.scope}`);
  const isHidden = ruleset?.error?.code === 'PLUS1_PERMISSION_MISSING' || ruleset?.value?.isWritable === false;
  return isHidden
    ? lacks('the token has the scope admin:org, but its person may not change the ruleset', OWNER)
    : ok(`scope ${needed.scope}`);
}

function byListing(needed: Needed, { repositories }: Sights, { kind }: Context): Judged {
  if (repositories === undefined) return unknown('not asked');
  if (repositories.error === undefined) return ok(inWords(needed));
  return isRefusal(repositories.error.code)
    ? lacks(`the token lacks ${needed.key}: ${needed.level}`, howToGrant(needed, kind))
    : failed(repositories.error);
}

function byContents(needed: Needed, { contents, organization }: Sights, { kind }: Context): Judged {
  if (contents === undefined) return unknown('not asked');
  if (contents.error !== undefined) return failed(contents.error);
  const seen = contents.value;
  if (seen?.sight === 'read') return ok(inWords(needed));
  if (seen?.sight === 'refused')
    return lacks(`the token lacks ${needed.key}: ${needed.level}`, howToGrant(needed, kind));
  if (organization?.value?.privateCount === 0) return ok('every repository is public, and needs no permission');
  return warning(
    `it could not be tried: ${seen === undefined ? 'the token sees no private repository with content' : 'the private repositories that were asked show no content'}`,
    `make sure that the token has ${inWords(needed)}`,
  );
}

/** Of a fine-grained token GitHub tells nobody whether it may do these before it does. */
const UNTOLD: Readonly<Partial<Record<keyof typeof NEEDED, string>>> = {
  issues: 'write issues',
  'contents-write': 'write files',
  'pull-requests': 'open pull requests',
  'repository-administration': 'switch the Actions of a repository off and on',
  actions: 'read and cancel workflow runs',
  members: 'read the teams that respond',
  'baseline-properties': 'read custom properties',
  'baseline-protection': 'read classic protections of branches',
  'baseline-scans': 'read what code scanning found',
  'workflow-runs': 'read workflow runs',
};

const byWord = (needed: Needed, what: string): Judged =>
  warning(`GitHub does not say whether the token may ${what}`, `make sure that the token has ${inWords(needed)}`);

/** The values are read with the ruleset. Whether it may write them GitHub tells nobody before it does. */
function byValues(needed: Needed, { ruleset }: Sights, { kind }: Context): Judged {
  if (ruleset === undefined) return unknown('not asked');
  if (isOfProperties(ruleset.error))
    return lacks(`the token lacks ${needed.key}: ${needed.level}`, howToGrant(needed, kind));
  if (ruleset.error !== undefined) return unknown('the values of the property were not asked for');
  return warning(
    'the token may read the values of the property; GitHub does not say whether it may write them',
    `make sure that the token has ${inWords(needed)}`,
  );
}

/** The ruleset itself was shown then. */
const isOfProperties = (error: { code: string; message: string } | undefined): boolean =>
  error?.code === 'PLUS1_PERMISSION_MISSING' && error.message.includes(PROPERTIES.key);

/** GitHub shows the bypass list of a ruleset only to those who may change it. */
function byRuleset(needed: Needed, { ruleset }: Sights, { kind }: Context): Judged {
  if (ruleset === undefined) return unknown('not asked');
  if (ruleset.value?.isWritable === false) {
    return lacks(
      `the token may read the ruleset but not change it: it lacks ${needed.key}: write`,
      howToGrant(needed, kind),
    );
  }
  const code = ruleset.error?.code ?? '';
  if (ruleset.error === undefined || READABLE.has(code) || isOfProperties(ruleset.error)) return ok(inWords(needed));
  if (isRefusal(code)) return lacks(`the token lacks ${needed.key}: ${needed.level}`, howToGrant(needed, kind));
  return unknown(`it could not be tried: ${ruleset.error.message}`);
}

const isRefusal = (code: string): boolean => code === 'PLUS1_PERMISSION_MISSING';

const lacks = (message: string, fix: string): Judged => missing(message, fix, 'PLUS1_PERMISSION_MISSING');
