/**
 * One request from arrival to answer: counted, hit by its fault, authenticated, budgeted, served, checked against the
 * contract, given its ETag.
 */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Contract } from '../contract.js';
import type { Fault } from '../faults.js';
import { runGraphQL } from '../graphql/execute.js';
import { prepare } from '../graphql/prepare.js';
import type { RestRequest } from '../rest/request.js';
import type { Match } from '../rest/router.js';
import type { World } from '../world/world.js';
import type { Answer } from './answer.js';
import { errorBody, json, Refusal } from './answer.js';
import { damageBy, primaryLimit, replacement, secondaryLimit } from './fault-answers.js';
import type { Principal } from './principal.js';
import { authenticate, budgetOwner, scopeHeaders } from './principal.js';
import type { RateLimit, Resource } from './rate-limit.js';
import type { LoggedRequest } from './request-log.js';

export interface Exchange {
  world: World;
  rateLimit: RateLimit;
  contract: Contract;
  /** REST root. */
  api: string;
  request: LoggedRequest;
  headers: IncomingHttpHeaders;
  match: Match | undefined;
  fault: Fault | undefined;
  concurrent: number;
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const VERSIONS = new Set(['2022-11-28', '2026-03-10']);

export function serve(exchange: Exchange): Answer {
  const resource: Resource = exchange.request.kind === 'graphql' ? 'graphql' : 'core';
  let principal: Principal = { kind: 'anonymous' };
  let answer: Answer;
  try {
    checkHeaders(exchange.headers);
    principal = authenticate(exchange.headers.authorization, exchange.world);
    answer = faulty(exchange, principal) ?? limited(exchange, principal, resource) ?? handled(exchange, principal);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    answer = error.answer;
  }
  answer = conditional(exchange, checked(exchange, answer));
  account(exchange, principal, answer);
  const common = { ...exchange.rateLimit.headers(budgetOwner(principal), resource), ...scopeHeaders(principal) };
  return { ...answer, headers: { ...common, ...answer.headers } };
}

function checkHeaders(headers: IncomingHttpHeaders): void {
  if (!headers['user-agent']) {
    throw new Refusal(
      403,
      'Request forbidden by administrative rules. Please make sure your request has a User-Agent header (https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required).',
    );
  }
  const version = headers['x-github-api-version'];
  if (typeof version === 'string' && !VERSIONS.has(version))
    throw new Refusal(400, `"${version}" is not a supported version of the GitHub API`);
}

function faulty({ fault, request, world, rateLimit }: Exchange, principal: Principal): Answer | undefined {
  if (!fault) return undefined;
  const limit = rateLimit.limits[request.kind === 'graphql' ? 'graphql' : 'core'];
  return replacement(fault, { kind: request.kind, principal, nowMs: world.now(), limit });
}

function limited(
  { request, rateLimit, match, concurrent }: Exchange,
  principal: Principal,
  resource: Resource,
): Answer | undefined {
  const points = request.isWrite ? 5 : 1;
  if (rateLimit.passesSecondary(resource, points, concurrent)) return secondaryLimit();
  const free = request.kind === 'graphql' || request.n === 0 || match?.route.free === true;
  return !free && rateLimit.isExhausted(budgetOwner(principal), 'core') ? primaryLimit() : undefined;
}

function handled(exchange: Exchange, principal: Principal): Answer {
  const { request, world, rateLimit, contract, fault } = exchange;
  if (request.kind === 'rest') return rest(exchange, principal);
  if (principal.kind === 'anonymous') throw new Refusal(401, 'This endpoint requires you to be authenticated.');
  if (principal.kind === 'app') throw new Refusal(403, 'Resource not accessible by integration');
  const { query } = (request.body ?? {}) as { query?: unknown };
  const readsFiles = typeof query === 'string' && prepare(query).readsFiles;
  return runGraphQL({ body: request.body, principal, world, rateLimit, contract, damage: damageBy(fault, readsFiles) });
}

function rest(
  { request, world, rateLimit, contract, api, headers, match, fault }: Exchange,
  principal: Principal,
): Answer {
  if (!match) throw new Refusal(404, 'Not Found');
  const url = new URL(request.path, 'http://simulator');
  const call: RestRequest = {
    ...{
      method: request.method,
      path: request.path,
      params: match.params,
      query: url.searchParams,
      headers,
      body: request.body,
    },
    ...{ principal, world, rateLimit, contract, api },
    ignoreWrite: fault?.kind === 'put-ignored',
  };
  const answer = match.route.handle(call);
  const short = fault?.kind === 'short-page' && Array.isArray(answer.body);
  return short ? { ...answer, body: (answer.body as unknown[]).slice(0, -1) } : answer;
}

/** ETag on every good GET; 304 where the caller has it already. */
function conditional({ request, headers }: Exchange, answer: Answer): Answer {
  if (request.kind === 'graphql' || request.isWrite || answer.status !== 200 || answer.body === undefined)
    return answer;
  const bytes = Buffer.isBuffer(answer.body) ? answer.body : Buffer.from(JSON.stringify(answer.body));
  const etag = `W/"${createHash('sha256').update(bytes).digest('hex')}"`;
  const known = (headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known.includes(etag.replace(/^W\//, '')))
    return { status: 304, headers: { ...answer.headers, etag }, body: undefined };
  return {
    ...answer,
    body: bytes,
    headers: { ...JSON_TYPE, ...answer.headers, etag, 'cache-control': 'private, max-age=60, s-maxage=60' },
  };
}

/** A 304 is free for anyone who is authenticated; GraphQL has taken its points while it ran. */
function account({ request, rateLimit, match }: Exchange, principal: Principal, answer: Answer): void {
  request.points = request.kind === 'graphql' ? (answer.points ?? 0) : 1;
  const free =
    request.kind === 'graphql' ||
    request.n === 0 ||
    match?.route.free === true ||
    (answer.status === 304 && principal.kind !== 'anonymous');
  if (free) request.points = request.kind === 'graphql' ? request.points : 0;
  else rateLimit.consume(budgetOwner(principal), 'core', 1);
}

/** An answer of ours that GitHub's description forbids must never be taken for GitHub's. */
function checked({ request, contract, fault }: Exchange, answer: Answer): Answer {
  if (request.kind === 'graphql' || fault?.kind === 'redirect') return answer;
  const wrong = contract.checkAnswer(request.operation, answer.status, answer.body);
  return wrong === undefined
    ? answer
    : json(599, errorBody(599, `the simulator broke GitHub's contract: ${wrong}`), answer.headers);
}
