/**
 * What a principal may see and do. Refusals look as GitHub's do, and 403 has several meanings; the headers tell them apart.
 * Hazard: GitHub hides what may not be seen behind 404, so a 404 proves nothing about existence.
 */
import type { Organization } from '../world/organization.js';
import type { Repository } from '../world/repository.js';
import type { Level } from '../world/tokens.js';
import type { World } from '../world/world.js';
import { notFound, Refusal } from './answer.js';
import type { Principal } from './principal.js';

const RANK: Record<Level, number> = { read: 1, write: 2, admin: 3 };

const SAML_MESSAGE =
  'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.';

export const hasPermission = (permissions: Record<string, Level>, name: string, level: Level): boolean => {
  const given = permissions[name];
  return given !== undefined && RANK[given] >= RANK[level];
};

/** Scopes that contain other scopes. */
const CONTAINS: Record<string, string[]> = {
  'admin:org': ['write:org', 'read:org'],
  'write:org': ['read:org'],
  repo: ['public_repo'],
};
export const hasScope = (scopes: readonly string[], wanted: string): boolean =>
  scopes.some((scope) => scope === wanted || (CONTAINS[scope] ?? []).includes(wanted));

/** Is the principal inside this organization at all (member, resource owner, installed)? */
export function isInside(principal: Principal, organization: Organization): boolean {
  const same = (login: string): boolean => login.toLowerCase() === organization.login.toLowerCase();
  switch (principal.kind) {
    case 'classic':
      return principal.organizations === undefined || principal.organizations.some(same);
    case 'fine-grained':
      return same(principal.organization) && !principal.pending;
    case 'installation':
      return principal.installation.organization === organization;
    case 'app':
    case 'anonymous':
      return false;
  }
}

/** Why the organization refuses the credential as such: sign-on, or classic tokens forbidden. */
export function organizationRefusal(
  principal: Principal,
  organization: Organization,
): (Refusal & { saml?: boolean }) | undefined {
  if (principal.kind !== 'classic') return undefined;
  if (organization.saml && principal.sso === false) {
    const url = `https://github.com/orgs/${organization.login}/sso?authorization_request=SIMULATED`;
    return Object.assign(new Refusal(403, SAML_MESSAGE, { headers: { 'x-github-sso': `required; url=${url}` } }), {
      saml: true,
    });
  }
  if (organization.forbidsClassicTokens) {
    return new Refusal(
      403,
      `\`${organization.login}\` forbids access via a personal access token (classic). Please use a GitHub App, OAuth App, or a personal access token with fine-grained permissions.`,
    );
  }
  return undefined;
}

const listed = (ids: readonly number[] | Set<number> | undefined, id: number): boolean =>
  ids === undefined || (ids instanceof Set ? ids.has(id) : ids.includes(id));

export function canSee(principal: Principal, repository: Repository): boolean {
  const isPublic = repository.visibility === 'public';
  const inside = isInside(principal, repository.organization);
  switch (principal.kind) {
    case 'classic':
      return isPublic || (inside && hasScope(principal.scopes, 'repo'));
    case 'fine-grained':
      return isPublic || (inside && listed(principal.repositories, repository.id));
    case 'installation':
      return (
        inside &&
        listed(principal.installation.repositories, repository.id) &&
        listed(principal.repositories, repository.id)
      );
    case 'app':
    case 'anonymous':
      return isPublic;
  }
}

/** True where nothing of the organization is hidden: listings need not look at each repository. */
export function seesAll(principal: Principal, organization: Organization): boolean {
  if (!isInside(principal, organization)) return false;
  if (principal.kind === 'classic') return hasScope(principal.scopes, 'repo');
  if (principal.kind === 'installation')
    return principal.installation.repositories === undefined && principal.repositories === undefined;
  return principal.kind === 'fine-grained' && principal.repositories === undefined;
}

export const canReadContents = (principal: Principal, repository: Repository): boolean =>
  mayReadPart(principal, repository, 'contents');

export const canReadPullRequests = (principal: Principal, repository: Repository): boolean =>
  mayReadPart(principal, repository, 'pull_requests');

function mayReadPart(principal: Principal, repository: Repository, permission: string): boolean {
  if (repository.visibility === 'public') return true;
  if (principal.kind === 'fine-grained' || principal.kind === 'installation')
    return hasPermission(principal.permissions, permission, 'read');
  return principal.kind === 'classic';
}

/** Classic protections are for administrators: https://docs.github.com/en/rest/branches/branch-protection */
export function readsProtection(principal: Principal, { organization }: Repository): boolean {
  if (!isInside(principal, organization)) return false;
  if (principal.kind === 'fine-grained' || principal.kind === 'installation')
    return hasPermission(principal.permissions, 'administration', 'read');
  return principal.kind === 'classic' && hasScope(principal.scopes, 'repo');
}

/** A part of one repository that takes a permission of its own, such as its Actions. A classic token has them all with `repo`. */
export function requireRepositoryPermission(
  principal: Principal,
  { organization }: Repository,
  permission: string,
  level: 'read' | 'write',
): void {
  if (principal.kind === 'anonymous' || principal.kind === 'app') throw new Refusal(401, 'Requires authentication');
  if (principal.kind === 'classic') {
    if (!isInside(principal, organization) || !hasScope(principal.scopes, 'repo')) throw notFound();
    return;
  }
  const has = isInside(principal, organization) && hasPermission(principal.permissions, permission, level);
  if (!has) throw permissionRefusal(principal, `${permission}=${level}`);
}

/** A classic token takes `repo`, of a public repository `public_repo`. */
export const canWriteIssues = (principal: Principal, level: Level): boolean =>
  principal.kind === 'classic'
    ? hasScope(principal.scopes, 'public_repo')
    : 'permissions' in principal && hasPermission(principal.permissions, 'issues', level);

export const permissionMessage = (principal: Principal): string =>
  principal.kind === 'installation'
    ? 'Resource not accessible by integration'
    : 'Resource not accessible by personal access token';

export const permissionRefusal = (principal: Principal, accepted: string): Refusal =>
  new Refusal(403, permissionMessage(principal), { headers: { 'x-accepted-github-permissions': accepted } });

/** May the principal see the members-only part of an organization (private counts, plan)? */
export function administers(principal: Principal, organization: Organization): boolean {
  if (!isInside(principal, organization)) return false;
  if (principal.kind === 'classic') return hasScope(principal.scopes, 'admin:org');
  return (
    principal.kind !== 'anonymous' &&
    principal.kind !== 'app' &&
    hasPermission(principal.permissions, 'organization_administration', 'read')
  );
}

export const canWriteRulesets = (principal: Principal): boolean =>
  principal.kind === 'classic' ||
  ('permissions' in principal && hasPermission(principal.permissions, 'organization_administration', 'write'));

/** Custom properties of the organization: `admin` defines, `write` sets values. A classic token takes `admin:org`, to read `read:org`. */
export function requirePropertyAccess(
  principal: Principal,
  organization: Organization,
  need: 'read' | 'write' | 'admin',
): void {
  if (principal.kind === 'anonymous' || principal.kind === 'app') throw new Refusal(401, 'Requires authentication');
  const refusal = organizationRefusal(principal, organization);
  if (refusal) throw refusal;
  if (!isInside(principal, organization)) throw notFound();
  if (principal.kind === 'classic') {
    const scope = need === 'read' ? 'read:org' : 'admin:org';
    if (!hasScope(principal.scopes, scope))
      throw new Refusal(403, 'Forbidden', { headers: { 'x-accepted-oauth-scopes': scope } });
    return;
  }
  if (!hasPermission(principal.permissions, 'organization_custom_properties', need))
    throw permissionRefusal(principal, `organization_custom_properties=${need}`);
}

/** Ruleset endpoints: sign-on first, then membership, scope or permission, then the plan. */
export function requireRulesetAccess(
  principal: Principal,
  organization: Organization,
  need: 'read' | 'write',
  world: World,
): void {
  if (principal.kind === 'anonymous' || principal.kind === 'app') throw new Refusal(401, 'Requires authentication');
  const refusal = organizationRefusal(principal, organization);
  if (refusal) throw refusal;
  requireAdministration(principal, organization, need, world);
  if (organization.plan === 'free') throw new Refusal(403, 'Upgrade to GitHub Team to enable this feature.');
}

function requireAdministration(
  principal: Exclude<Principal, { kind: 'anonymous' | 'app' }>,
  organization: Organization,
  need: 'read' | 'write',
  world: World,
): void {
  if (principal.kind !== 'classic') {
    const level = need === 'write' ? 'write' : world.behaviour.rulesetReadNeeds;
    const given =
      isInside(principal, organization) && hasPermission(principal.permissions, 'organization_administration', level);
    if (!given) throw permissionRefusal(principal, `organization_administration=${level}`);
    return;
  }
  if (!isInside(principal, organization)) throw notFound();
  if (hasScope(principal.scopes, 'admin:org')) return;
  const headers = { 'x-accepted-oauth-scopes': 'admin:org' };
  if (world.behaviour.missingScope === 403)
    throw new Refusal(403, 'You must be an organization owner or have the admin:org scope.', { headers });
  throw new Refusal(404, 'Not Found', { headers });
}
