/** What an arriving request is: its route, its operation, whether it writes. */
import { prepare } from '../graphql/prepare.js';
import { MINT_OPERATION } from '../rest/apps.js';
import type { Match } from '../rest/router.js';
import { match } from '../rest/router.js';
import type { World } from '../world/world.js';
import type { Answer } from './answer.js';
import { errorBody, json } from './answer.js';
import type { LoggedRequest } from './request-log.js';
import type { Arriving } from './server.js';

export interface Identified {
  /** Everything but its number. */
  request: Omit<LoggedRequest, 'n'>;
  isMint: boolean;
  match: Match | undefined;
  /** The answer to a body that is not JSON. */
  broken?: Answer;
}

export function identify(message: Arriving, text: string, basePath: string, world: World): Identified {
  const parsed = parse(text);
  const broken = parsed.ok ? {} : { broken: json(400, errorBody(400, 'Problems parsing JSON')) };
  const common = {
    headers: message.headers,
    body: parsed.body,
    status: 0,
    points: 0,
    bytesOut: 0,
    at: world.now(),
    remotePort: message.socket?.remotePort,
  };
  const { url: address = '/', method = 'GET' } = message;
  if (address === (basePath === '' ? '/graphql' : '/api/graphql')) {
    const operation = graphqlOperation(parsed.body);
    const request = {
      method,
      path: address,
      kind: 'graphql' as const,
      operation,
      isWrite: operation === 'mutation',
      ...common,
    };
    return { request, isMint: false, match: undefined, ...broken };
  }
  const { path, found } = find(method, address, basePath, world);
  const operation = found?.route.operation ?? 'unknown';
  const isMint = operation === MINT_OPERATION;
  const isWrite = !isMint && method !== 'GET' && method !== 'HEAD';
  return { request: { method, path, kind: 'rest', operation, isWrite, ...common }, isMint, match: found, ...broken };
}

/** Nothing of REST is served outside the base path: GHES has no such addresses. */
function find(
  method: string,
  address: string,
  basePath: string,
  world: World,
): { path: string; found: Match | undefined } {
  if (!address.startsWith(basePath)) return { path: address, found: undefined };
  const path = address.slice(basePath.length);
  return { path, found: match(method, path.split('?')[0] ?? '/', world) };
}

function parse(text: string): { ok: boolean; body: unknown } {
  if (text === '') return { ok: true, body: undefined };
  try {
    return { ok: true, body: JSON.parse(text) as unknown };
  } catch {
    return { ok: false, body: text };
  }
}

function graphqlOperation(body: unknown): string {
  const query = (body as { query?: unknown } | undefined)?.query;
  return typeof query === 'string' ? prepare(query).operation : 'invalid';
}
