/** `GET /orgs/{org}` and its repositories. */
import { administers, canSee, hasPermission, permissionRefusal, seesAll } from '../server/access.js';
import type { Answer } from '../server/answer.js';
import { ok, Refusal } from '../server/answer.js';
import type { SortField } from '../world/listing.js';
import { comparePositions, sortedRepositories, sortKey } from '../world/listing.js';
import type { Organization } from '../world/organization.js';
import type { Repository } from '../world/repository.js';
import { organizationJSON } from './account-json.js';
import { minimalRepository, time } from './repository-json.js';
import type { RestRequest, Route } from './request.js';
import { organizationOf, page } from './request.js';

const SORTS: Record<string, SortField> = {
  created: 'created',
  updated: 'updated',
  pushed: 'pushed',
  full_name: 'name',
};

const TYPES: Record<string, (repository: Repository) => boolean> = {
  all: () => true,
  public: (repository) => repository.visibility === 'public',
  private: (repository) => repository.visibility === 'private',
  internal: (repository) => repository.visibility === 'internal',
  forks: (repository) => repository.isFork,
  sources: (repository) => !repository.isFork,
  member: () => true,
};

function getOrganization(request: RestRequest): Answer {
  const organization = organizationOf(request);
  return ok(organizationJSON(request.api, organization, administers(request.principal, organization)));
}

function listRepositories(request: RestRequest): Answer {
  const organization = organizationOf(request);
  const { query, principal } = request;
  if ('permissions' in principal && !hasPermission(principal.permissions, 'metadata', 'read'))
    throw permissionRefusal(principal, 'metadata=read');
  const sort = SORTS[query.get('sort') ?? 'created'] ?? 'created';
  const direction = query.get('direction') ?? (sort === 'name' ? 'asc' : 'desc');
  const type = query.get('type') ?? 'all';
  const matches = TYPES[type];
  if (!matches)
    throw new Refusal(422, 'Validation Failed', { errors: [{ resource: 'Search', field: 'type', code: 'invalid' }] });
  const lag = request.world.behaviour.listLagMs;
  if (lag > 0) return lateList(request, organization, { sort, isDescending: direction === 'desc', lag });
  const all = sortedRepositories(organization, { field: sort, descending: direction === 'desc' });
  const open = type === 'all' && seesAll(principal, organization);
  const visible = open ? all : all.filter((repository) => matches(repository) && canSee(principal, repository));
  const { items, headers } = page(request, visible, `/organizations/${organization.id}/repos`);
  return {
    ...ok(
      items.map((repository) => minimalRepository(request.api, repository)),
      headers,
    ),
    repositories: items.length,
  };
}

interface LateList {
  sort: SortField;
  isDescending: boolean;
  lag: number;
}

/** The list as a copy has it that lags: what changed since then stands where it stood before. */
function lateList(request: RestRequest, organization: Organization, { sort, isDescending, lag }: LateList): Answer {
  const asOf = request.world.now() - lag;
  const rows = organization.repositories
    .filter((repository) => canSee(request.principal, repository))
    .flatMap((repository) => {
      const times = repository.timesAsOf(asOf);
      if (times === undefined) return [];
      const late = { pushed: times.pushedAt ?? 0, updated: times.updatedAt };
      const key = sort === 'pushed' || sort === 'updated' ? late[sort] : sortKey(repository, sort);
      return [{ repository, times, at: [key, repository.id] as const }];
    })
    .sort((a, b) => (isDescending ? comparePositions(b.at, a.at) : comparePositions(a.at, b.at)));
  const { items, headers } = page(request, rows, `/organizations/${organization.id}/repos`);
  const body = items.map(({ repository, times: { pushedAt, updatedAt } }) => ({
    ...minimalRepository(request.api, repository),
    ...{ pushed_at: pushedAt === null ? null : time(pushedAt), updated_at: time(updatedAt) },
  }));
  return { ...ok(body, headers), repositories: items.length };
}

export const organizationRoutes: Route[] = [
  { method: 'GET', path: '/orgs/{org}', operation: 'orgs/get', handle: getOrganization },
  { method: 'GET', path: '/orgs/{org}/repos', operation: 'repos/list-for-org', handle: listRepositories },
];
