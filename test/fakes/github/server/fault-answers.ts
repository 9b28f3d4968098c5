/** The answers of faults that come instead of GitHub's own. */
import type { Fault } from '../faults.js';
import { SOMETHING_WRONG } from '../graphql/context.js';
import type { Damage } from '../graphql/context.js';
import { rateLimited } from '../graphql/execute.js';
import { permissionMessage } from './access.js';
import type { Answer } from './answer.js';
import { errorBody, json, ok } from './answer.js';
import type { Principal } from './principal.js';

export interface FaultContext {
  kind: 'rest' | 'graphql';
  principal: Principal;
  operation: string;
  nowMs: number;
  limit: number;
}

const SECONDARY =
  'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. For more on scraping GitHub and how it may affect your rights, please review our Terms of Service.';
const SECONDARY_DOCS =
  'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits';
const PRIMARY = 'API rate limit exceeded for user ID 1001.';

const retryAfter = (seconds: number | undefined): Record<string, string> =>
  seconds === undefined ? {} : { 'retry-after': String(seconds) };

/** Undefined: the fault does not replace the answer, it damages it or what leads to it. */
export function replacement(fault: Fault, context: FaultContext): Answer | undefined {
  switch (fault.kind) {
    case 'status':
      return serverError(fault.status, context.kind);
    case 'forbidden':
      return forbidden(context);
    case 'secondary':
      return secondary(fault, context);
    case 'primary':
      return primary(fault, context);
    case 'graphql-error':
      return ok({
        errors: [
          { ...(fault.type === undefined ? {} : { type: fault.type }), message: fault.message ?? SOMETHING_WRONG },
        ],
      });
    case 'redirect':
      return json(fault.status ?? 302, { message: 'Found', url: fault.to }, { location: fault.to });
    default:
      return undefined;
  }
}

function serverError(status: number, kind: 'rest' | 'graphql'): Answer {
  if (kind === 'graphql') return json(status, { data: null, errors: [{ message: SOMETHING_WRONG }] });
  if (status === 500) return json(status, errorBody(status, 'Server Error'));
  // The front of GitHub answers these itself, in HTML.
  const page = Buffer.from(
    '<!DOCTYPE html><html><head><title>Unicorn! &middot; GitHub</title></head><body><p>This page is taking too long to load.</p></body></html>',
  );
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body: page };
}

function forbidden({ kind, principal, operation }: FaultContext): Answer {
  const message = permissionMessage(principal);
  if (kind === 'rest')
    return json(403, errorBody(403, message), { 'x-accepted-github-permissions': 'organization_administration=write' });
  const root = operation.startsWith('list') || operation === 'organization' ? 'organization' : 'nodes';
  return ok({
    data: root === 'nodes' ? { nodes: [null] } : { organization: null },
    errors: [{ type: 'FORBIDDEN', path: root === 'nodes' ? ['nodes', 0] : [root], message }],
  });
}

function secondary(fault: Extract<Fault, { kind: 'secondary' }>, _context: FaultContext): Answer {
  const headers = retryAfter(fault.retryAfter);
  if (fault.status === 200) return ok({ errors: [{ type: 'RATE_LIMITED', message: SECONDARY }] }, headers);
  return json(fault.status, errorBody(fault.status, SECONDARY, { documentation_url: SECONDARY_DOCS }), headers);
}

export const secondaryLimit = (): Answer =>
  json(403, errorBody(403, SECONDARY, { documentation_url: SECONDARY_DOCS }), retryAfter(60));

function primary(fault: Extract<Fault, { kind: 'primary' }>, { kind, nowMs, limit }: FaultContext): Answer {
  const headers = {
    ...retryAfter(fault.retryAfter),
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': '0',
    'x-ratelimit-used': String(limit),
    'x-ratelimit-reset': String(Math.ceil(nowMs / 1000) + fault.resetInS),
    'x-ratelimit-resource': kind === 'rest' ? 'core' : 'graphql',
  };
  if (kind === 'graphql') return { ...rateLimited(), headers };
  return json(fault.status, errorBody(fault.status, PRIMARY), headers);
}

export const primaryLimit = (): Answer => json(403, errorBody(403, PRIMARY));

/** What a fault does inside an executed query. */
export function damageBy(fault: Fault | undefined, readsFiles: boolean): Damage {
  const usual = readsFiles ? 'file' : 'node';
  switch (fault?.kind) {
    case 'graphql-partial': {
      const told = {
        ...(fault.type === undefined ? {} : { type: fault.type }),
        ...(fault.message === undefined ? {} : { message: fault.message }),
      };
      return { partial: { target: fault.target ?? usual, index: fault.index ?? 0, ...told } };
    }
    case 'resource-limits':
      return { limits: { target: fault.target ?? usual, from: fault.from ?? 1, withPath: fault.withPath ?? true } };
    case 'short-page':
      return { shortPage: true };
    default:
      return {};
  }
}
