/**
 * The first question of a pass, and the only one of its own: does the organization exist, and what is the credential
 * missing? A missing right found out in the middle looks like missing repositories.
 */
import * as v from 'valibot';
import type { Targeting } from '../api/index.js';
import { Plus1Error } from '../errors/index.js';
import type { Identity } from './credentials/identity.js';
import { missingPermissions } from './requester/grant.js';
import { permissionMissing } from './forbidden.js';
import type { Requester, RESTAnswer } from './requester/requester.js';
import type { Organization } from './types.js';

/** Of a classic token. `write:org` reads no rulesets, and nothing less than `repo` reads private files. */
const SCOPES: Record<Targeting, readonly string[]> = {
  RepositoryID: ['repo', 'admin:org'],
  CustomProperty: ['repo', 'admin:org'],
};

const count = v.optional(v.pipe(v.number(), v.safeInteger()));

const organizationSchema = v.looseObject({
  id: v.pipe(v.number(), v.safeInteger()),
  login: v.string(),
  public_repos: count,
  total_private_repos: count,
});

/**
 * Throws the exact fault, before anything else is tried. One request, and the minting of an App's token. `beside`: called after
 * that request is on its way, where nothing is known to be missing.
 */
export async function preflight(
  deps: { requester: Requester; identity: Identity; targeting: Targeting },
  organization: string,
  signal: AbortSignal,
  beside?: () => void,
): Promise<Organization> {
  const { requester, identity, targeting } = deps;
  const grant = await identity.grant(signal);
  const missing = grant === undefined ? [] : missingPermissions(grant.permissions, targeting);
  if (missing.length > 0) throw permissionMissing({ what: `govern ${organization}`, kind: 'App' }, missing.join(', '));
  const asked = ask(requester, organization, signal);
  beside?.();
  const answer = await asked;
  if (identity.kind === 'Token') checkScopes(answer, { organization, targeting });
  return decode(answer);
}

/** Who the login belongs to now, and how many repositories GitHub counts there. One request. */
export async function readOrganization(
  requester: Requester,
  login: string,
  signal: AbortSignal,
): Promise<Organization> {
  return decode(await ask(requester, login, signal));
}

const ask = (requester: Requester, org: string, signal: AbortSignal): Promise<RESTAnswer> =>
  requester.rest('GET /orgs/{org}', { org }, { chain: 'reads', signal });

function decode({ data }: RESTAnswer): Organization {
  const { id, login, public_repos, total_private_repos } = v.parse(organizationSchema, data);
  const hasBoth = public_repos !== undefined && total_private_repos !== undefined;
  return { id, login, ...(hasBoth ? { repositoryCount: public_repos + total_private_repos } : {}) };
}

/** Only classic tokens have scopes, and GitHub names them in each answer. */
function checkScopes(
  answer: RESTAnswer,
  { organization, targeting }: { organization: string; targeting: Targeting },
): void {
  const header = answer.headers['x-oauth-scopes'];
  if (header === undefined) return;
  const scopes = new Set(header.split(',').map((scope) => scope.trim()));
  const needed = SCOPES[targeting];
  const missing = needed.filter((scope) => !scopes.has(scope));
  if (missing.length === 0) return;
  throw new Plus1Error(
    'PLUS1_SCOPE_MISSING',
    `cannot govern ${organization}: the token lacks the scope ${missing.join(' and ')}`,
    {
      fix: `issue a token with the scopes ${needed.join(' and ')}`,
    },
  );
}
