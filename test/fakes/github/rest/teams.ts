/** One team by its slug. A credential without the permission gets 404 or 403, as for other parts that members alone see. */
import { hasPermission, hasScope, isInside, permissionRefusal } from '../server/access.js';
import type { Answer } from '../server/answer.js';
import { notFound, ok } from '../server/answer.js';
import { organizationJSON } from './account-json.js';
import { time } from './repository-json.js';
import type { RestRequest, Route } from './request.js';
import { organizationOf } from './request.js';

function team(request: RestRequest): Answer {
  const organization = organizationOf(request);
  const { principal, params, api } = request;
  if (!isInside(principal, organization)) throw notFound();
  if ('permissions' in principal && !hasPermission(principal.permissions, 'members', 'read'))
    throw permissionRefusal(principal, 'members=read');
  if (principal.kind === 'classic' && !hasScope(principal.scopes, 'read:org')) throw notFound();
  const slug = (params['team_slug'] ?? '').toLowerCase();
  const id = organization.teams.get(slug);
  if (id === undefined) throw notFound();
  const url = `${api}/organizations/${organization.id}/team/${id}`;
  const created = time(organization.createdAt);
  return ok({
    id,
    node_id: `T_${id}`,
    url,
    html_url: `https://github.com/orgs/${organization.login}/teams/${slug}`,
    name: slug,
    slug,
    description: '',
    privacy: 'closed',
    notification_setting: 'notifications_enabled',
    permission: 'pull',
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    parent: null,
    members_count: 1,
    repos_count: 0,
    created_at: created,
    updated_at: created,
    organization: organizationJSON(api, organization, false),
    type: 'organization',
  });
}

export const teamRoutes: Route[] = [
  { method: 'GET', path: '/orgs/{org}/teams/{team_slug}', operation: 'teams/get-by-name', handle: team },
];
