/** Users and organizations as REST renders them. */
import type { Organization } from '../world/organization.js';

const PLAIN = ['followers', 'subscriptions', 'organizations', 'repos', 'received_events'] as const;

/** `simple-user`: an organization as owner, or a person. */
export function accountJSON(
  api: string,
  account: { id: number; login: string; nodeID: string; type: 'Organization' | 'User' | 'Bot' },
): Record<string, unknown> {
  const url = `${api}/users/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: account.nodeID,
    avatar_url: `https://avatars.githubusercontent.com/u/${account.id}?v=4`,
    gravatar_id: '',
    url,
    html_url: `https://github.com/${account.login}`,
    ...Object.fromEntries(PLAIN.map((name) => [`${name}_url`, `${url}/${name}`])),
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    events_url: `${url}/events{/privacy}`,
    type: account.type,
    site_admin: false,
  };
}

export const ownerJSON = (api: string, organization: Organization): Record<string, unknown> =>
  accountJSON(api, {
    id: organization.id,
    login: organization.login,
    nodeID: organization.nodeID,
    type: 'Organization',
  });

/** `organization-full`; `details` are for those who administer it. */
export function organizationJSON(api: string, organization: Organization, details: boolean): Record<string, unknown> {
  const url = `${api}/orgs/${organization.login}`;
  const created = new Date(organization.createdAt).toISOString().replace('.000Z', 'Z');
  const body: Record<string, unknown> = {
    login: organization.login,
    id: organization.id,
    node_id: organization.nodeID,
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `https://avatars.githubusercontent.com/u/${organization.id}?v=4`,
    description: null,
    name: organization.displayName,
    is_verified: false,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: organization.publicRepositories,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: `https://github.com/${organization.login}`,
    created_at: created,
    updated_at: created,
    archived_at: null,
    type: 'Organization',
  };
  // The published schema says `description` is a string, yet GitHub answers null for an organization without one.
  body['description'] = '';
  if (!details) return body;
  const privates = organization.privateRepositories;
  return {
    ...body,
    total_private_repos: privates,
    owned_private_repos: privates,
    private_gists: 0,
    disk_usage: 0,
    collaborators: 0,
    billing_email: `billing@${organization.login.toLowerCase()}.example.com`,
    default_repository_permission: 'read',
    members_can_create_repositories: true,
    two_factor_requirement_enabled: true,
    plan: { name: organization.plan, space: 976_562_499, private_repos: 999_999, filled_seats: 10, seats: 20 },
  };
}
