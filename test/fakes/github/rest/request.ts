/** One REST request as handlers get it, and the route table's row. */
import type { Contract } from '../contract.js';
import type { Answer } from '../server/answer.js';
import { notFound, Refusal } from '../server/answer.js';
import { organizationRefusal } from '../server/access.js';
import type { Principal } from '../server/principal.js';
import type { RateLimit } from '../server/rate-limit.js';
import type { Organization } from '../world/organization.js';
import type { Actor } from '../world/ruleset.js';
import type { World } from '../world/world.js';

export interface RestRequest {
  method: string;
  /** Path below the base path, and the query. */
  path: string;
  params: Record<string, string>;
  query: URLSearchParams;
  headers: Record<string, string | string[] | undefined>;
  body: unknown;
  principal: Principal;
  world: World;
  rateLimit: RateLimit;
  contract: Contract;
  /** REST root, for links in answers. */
  api: string;
  /** Set by the fault `put-ignored`: answer 200 with the old state. */
  ignoreWrite?: boolean;
}

export interface Route {
  method: string;
  /** As the OpenAPI description writes it. */
  path: string;
  operation: string;
  /** Answered without an organization's sign-on rules and without a budget. */
  free?: boolean;
  handle: (request: RestRequest) => Answer;
}

/** 301 where the organization was renamed, 404 where it does not exist, 403 where it refuses the credential. */
export function organizationOf(request: RestRequest, parameter = 'org'): Organization {
  const login = request.params[parameter] ?? '';
  const found = request.world.organization(login);
  if (found) {
    const refusal = organizationRefusal(request.principal, found);
    if (refusal) throw refusal;
    return found;
  }
  const moved = request.world.organizationOnce(login);
  if (!moved) throw notFound();
  const rest = request.path.replace(/^\/orgs\/[^/?]+/, '');
  throw moveTo(`${request.api}/organizations/${moved.id}${rest}`);
}

/** Whose hand a write is. */
export const actorOf = (principal: Principal): Actor =>
  principal.kind === 'installation'
    ? { id: principal.installation.app.id, type: 'Integration' }
    : { id: 1001, type: 'User' };

export const moveTo = (url: string): Refusal =>
  new Refusal(301, 'Moved Permanently', { url, headers: { location: url } });

const whole = (text: string | null, fallback: number): number =>
  text !== null && /^[1-9]\d*$/.test(text) ? Number(text) : fallback;

/** One page of items with its Link header. GitHub's links name the organization by id, so clients must follow them as given. */
export function page<T>(
  request: RestRequest,
  items: readonly T[],
  linkPath: string,
): { items: readonly T[]; headers: Record<string, string> } {
  const perPage = Math.min(whole(request.query.get('per_page'), 30), 100);
  const number = whole(request.query.get('page'), 1);
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const to = (target: number, rel: string): string => {
    const query = new URLSearchParams(request.query);
    query.set('page', String(target));
    return `<${request.api}${linkPath}?${query.toString()}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [to(Math.min(number - 1, last), 'prev')] : []),
    ...(number < last ? [to(number + 1, 'next'), to(last, 'last')] : []),
    ...(number > 1 ? [to(1, 'first')] : []),
  ];
  return {
    items: items.slice((number - 1) * perPage, number * perPage),
    headers: links.length > 0 ? { link: links.join(', ') } : {},
  };
}
