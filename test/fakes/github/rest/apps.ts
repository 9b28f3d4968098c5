/** GitHub Apps: who am I, where am I installed, and tokens that live an hour. */
import { createHash } from 'node:crypto';
import { canSee, hasPermission } from '../server/access.js';
import type { Answer } from '../server/answer.js';
import { json, notFound, ok, Refusal } from '../server/answer.js';
import type { App, Installation } from '../world/apps.js';
import type { Permissions } from '../world/tokens.js';
import type { World } from '../world/world.js';
import { ownerJSON } from './account-json.js';
import { minimalRepository, time } from './repository-json.js';
import type { RestRequest, Route } from './request.js';
import { organizationOf, page } from './request.js';

const TOKEN_LIFE_MS = 3_600_000;
/** "repositories … up to 500" (OpenAPI, create-installation-access-token). */
const MAX_REPOSITORIES = 500;

function appOf(request: RestRequest): App {
  if (request.principal.kind === 'app') return request.principal.app;
  throw new Refusal(401, 'A JSON web token could not be decoded');
}

function appJSON(request: RestRequest, app: App): Record<string, unknown> {
  const owner = request.world.organizations[0];
  return {
    id: app.id,
    slug: app.slug,
    node_id: `A_kw${app.id}`,
    client_id: app.clientID,
    owner: owner && ownerJSON(request.api, owner),
    name: app.slug,
    description: '',
    external_url: 'https://example.com',
    html_url: `https://github.com/apps/${app.slug}`,
    created_at: '2025-01-01T00:00:00Z',
    updated_at: '2025-01-01T00:00:00Z',
    permissions: app.permissions,
    events: [],
    installations_count: app.installations.length,
  };
}

function installationJSON(request: RestRequest, installation: Installation): Record<string, unknown> {
  const { organization, app, suspendedAt } = installation;
  return {
    id: installation.id,
    account: ownerJSON(request.api, organization),
    repository_selection: installation.selection,
    access_tokens_url: `${request.api}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${request.api}/installation/repositories`,
    html_url: `https://github.com/organizations/${organization.login}/settings/installations/${installation.id}`,
    app_id: app.id,
    client_id: app.clientID,
    app_slug: app.slug,
    target_id: organization.id,
    target_type: 'Organization',
    permissions: installation.permissions,
    events: [],
    created_at: '2025-01-01T00:00:00Z',
    updated_at: '2025-01-01T00:00:00Z',
    single_file_name: null,
    suspended_by: null,
    suspended_at: suspendedAt === undefined ? null : time(suspendedAt),
  };
}

function ownInstallation(request: RestRequest): Installation {
  const app = appOf(request);
  const found = app.installations.find(({ id }) => id === Number(request.params['installation_id']));
  if (!found) throw notFound();
  return found;
}

function organizationInstallation(request: RestRequest): Answer {
  const app = appOf(request);
  const organization = organizationOf(request);
  const found = app.installations.find((installation) => installation.organization === organization);
  if (!found) throw notFound();
  return ok(installationJSON(request, found));
}

function listInstallations(request: RestRequest): Answer {
  const { items, headers } = page(request, appOf(request).installations, '/app/installations');
  return ok(
    items.map((installation) => installationJSON(request, installation)),
    headers,
  );
}

function mint(request: RestRequest): Answer {
  const installation = ownInstallation(request);
  if (installation.suspendedAt !== undefined) throw new Refusal(403, 'This installation has been suspended');
  const body = (request.body ?? {}) as {
    permissions?: Permissions;
    repositories?: string[];
    repository_ids?: number[];
  };
  const permissions = body.permissions ?? installation.permissions;
  const wanted = Object.entries(permissions).filter(([name]) => name !== 'metadata');
  if (!wanted.every(([name, level]) => hasPermission(installation.permissions, name, level))) {
    throw new Refusal(422, 'The permissions requested are not granted to this installation.');
  }
  const repositories = chosen(installation, body);
  const { world } = request;
  const expiresAt = world.now() + TOKEN_LIFE_MS;
  const value = tokenValue(world, installation);
  world.tokens.add(value, {
    kind: 'installation',
    installation,
    permissions: { ...permissions, metadata: 'read' },
    expiresAt,
    ...(repositories ? { repositories } : {}),
  });
  return json(201, {
    token: value,
    expires_at: time(expiresAt),
    permissions: { ...permissions, metadata: 'read' },
    repository_selection: repositories ? 'selected' : installation.selection,
  });
}

function chosen(
  installation: Installation,
  body: { repositories?: string[]; repository_ids?: number[] },
): number[] | undefined {
  const keys = [...(body.repositories ?? []), ...(body.repository_ids ?? [])];
  if (keys.length === 0) return undefined;
  const found = keys.flatMap((key) => installation.organization.repository(key)?.id ?? []);
  if (
    keys.length > MAX_REPOSITORIES ||
    found.length < keys.length ||
    found.some((id) => installation.repositories?.has(id) === false)
  ) {
    throw new Refusal(
      422,
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  }
  return found;
}

const serials = new WeakMap<World, number>();

/** Deterministic, yet never the same twice in a world. */
function tokenValue(world: World, installation: Installation): string {
  const serial = (serials.get(world) ?? 0) + 1;
  serials.set(world, serial);
  const noise = (length: number): string =>
    createHash('sha512')
      .update(`${installation.id} ${serial}`)
      .digest('base64')
      .replace(/[+/=]/g, 'x')
      .slice(0, length);
  if (world.behaviour.installationTokens === 'short') return `ghs_${noise(36)}`;
  return `ghs_${installation.app.id}_eyJhbGciOiJSUzI1NiJ9.${noise(80)}.${noise(80)}`;
}

function installationRepositories(request: RestRequest): Answer {
  const { principal } = request;
  if (principal.kind !== 'installation')
    throw new Refusal(
      403,
      'You must authenticate with an installation access token in order to list repositories for an installation.',
    );
  const visible = principal.installation.organization.repositories.filter((repository) =>
    canSee(principal, repository),
  );
  const { items, headers } = page(request, visible, '/installation/repositories');
  const body = {
    total_count: visible.length,
    repository_selection: principal.repositories ? 'selected' : principal.installation.selection,
    repositories: items.map((repository) => minimalRepository(request.api, repository)),
  };
  return { ...ok(body, headers), repositories: items.length };
}

function revoke(request: RestRequest): Answer {
  if (request.principal.kind !== 'installation') throw new Refusal(401, 'Bad credentials');
  request.world.tokens.revoke(request.principal.value);
  return { status: 204, headers: {}, body: undefined };
}

export const MINT_OPERATION = 'apps/create-installation-access-token';

export const appRoutes: Route[] = [
  {
    method: 'GET',
    path: '/app',
    operation: 'apps/get-authenticated',
    handle: (request) => ok(appJSON(request, appOf(request))),
  },
  { method: 'GET', path: '/app/installations', operation: 'apps/list-installations', handle: listInstallations },
  {
    method: 'GET',
    path: '/app/installations/{installation_id}',
    operation: 'apps/get-installation',
    handle: (request) => ok(installationJSON(request, ownInstallation(request))),
  },
  {
    method: 'POST',
    path: '/app/installations/{installation_id}/access_tokens',
    operation: MINT_OPERATION,
    handle: mint,
  },
  {
    method: 'GET',
    path: '/orgs/{org}/installation',
    operation: 'apps/get-org-installation',
    handle: organizationInstallation,
  },
  {
    method: 'GET',
    path: '/installation/repositories',
    operation: 'apps/list-repos-accessible-to-installation',
    handle: installationRepositories,
  },
  { method: 'DELETE', path: '/installation/token', operation: 'apps/revoke-installation-access-token', handle: revoke },
];
