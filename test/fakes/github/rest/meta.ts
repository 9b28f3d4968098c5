/** What GitHub says about itself and about the caller: `/meta`, `/rate_limit`, `/user`. */
import type { Answer } from '../server/answer.js';
import { ok, Refusal } from '../server/answer.js';
import { permissionRefusal } from '../server/access.js';
import { budgetOwner } from '../server/principal.js';
import { nodeID } from '../world/node-id.js';
import { accountJSON } from './account-json.js';
import type { RestRequest, Route } from './request.js';

/** Only GHES tells its version, and only it lives below `/api/v3`. */
const GHES_VERSION = '3.19.0';

function meta(request: RestRequest): Answer {
  const isServer = request.api.endsWith('/api/v3');
  return ok({
    verifiable_password_authentication: false,
    ...(isServer ? { installed_version: GHES_VERSION } : { hooks: ['192.30.252.0/22'], api: ['192.30.252.0/22'] }),
  });
}

function rateLimit(request: RestRequest): Answer {
  const owner = budgetOwner(request.principal);
  const [core, graphql] = [request.rateLimit.state(owner, 'core'), request.rateLimit.state(owner, 'graphql')];
  if (!core || !graphql) throw new Refusal(404, 'Rate limiting is not enabled.');
  const search = { limit: 30, remaining: 30, reset: core.reset, used: 0 };
  return ok({ resources: { core, graphql, search }, rate: core });
}

function user(request: RestRequest): Answer {
  const { principal, api } = request;
  if (principal.kind === 'anonymous' || principal.kind === 'app') throw new Refusal(401, 'Requires authentication');
  if (principal.kind === 'installation') throw permissionRefusal(principal, '');
  const login = principal.login ?? 'plus1-bot';
  const texts = {
    name: login,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
  };
  const counts = { public_repos: 0, public_gists: 0, followers: 0, following: 0 };
  return ok({
    ...accountJSON(api, { id: 1001, login, nodeID: nodeID('U', '1001'), type: 'User' }),
    user_view_type: 'public',
    ...texts,
    ...counts,
    created_at: '2020-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
  });
}

export const metaRoutes: Route[] = [
  { method: 'GET', path: '/meta', operation: 'meta/get', handle: meta },
  { method: 'GET', path: '/rate_limit', operation: 'rate-limit/get', free: true, handle: rateLimit },
  { method: 'GET', path: '/user', operation: 'users/get-authenticated', handle: user },
];
