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

type Replacing = {
  [K in Fault['kind']]?: (fault: Extract<Fault, { kind: K }>, context: FaultContext) => Answer | undefined;
};

/** Never sent: the request must not be served, or a write would be applied. */
const nothing = (): Answer => ({ status: 0, headers: {}, body: undefined });

const REPLACING: Replacing = {
  status: (fault, { kind }) => serverError(fault.status, kind),
  timeout: nothing,
  reset: nothing,
  // Over GraphQL it is the root fields that are refused: `damageBy`.
  forbidden: (_, context) => (context.kind === 'rest' ? forbidden(context) : undefined),
  secondary,
  primary,
  'graphql-error': (fault) =>
    ok({
      data: null,
      errors: [
        { ...(fault.type === undefined ? {} : { type: fault.type }), message: fault.message ?? SOMETHING_WRONG },
      ],
    }),
  redirect: (fault) => json(fault.status ?? 302, { message: 'Found', url: fault.to }, { location: fault.to }),
};

/** Undefined: the fault does not replace the answer, it damages it or what leads to it. */
export function replacement(fault: Fault, context: FaultContext): Answer | undefined {
  const make = REPLACING[fault.kind] as ((fault: Fault, context: FaultContext) => Answer | undefined) | undefined;
  return make?.(fault, context);
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

const forbidden = ({ principal }: FaultContext): Answer =>
  json(403, errorBody(403, permissionMessage(principal)), {
    'x-accepted-github-permissions': 'organization_administration=write',
  });

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

type Damaging = { [K in Fault['kind']]?: (fault: Extract<Fault, { kind: K }>, usual: 'file' | 'node') => Damage };

const DAMAGING: Damaging = {
  'graphql-partial': ({ target, index = 0, type, message }, usual) => ({
    partial: {
      target: target ?? usual,
      index,
      ...(type === undefined ? {} : { type }),
      ...(message === undefined ? {} : { message }),
    },
  }),
  'resource-limits': ({ target, from = 1, withPath = true }, usual) => ({
    limits: { target: target ?? usual, from, withPath },
  }),
  'short-page': () => ({ shortPage: true }),
  'wrong-file': ({ kind: _kind, ...wrongFile }) => ({ wrongFile }),
  forbidden: () => ({ refuseRoot: true }),
};

/** What a fault does inside an executed query. */
export function damageBy(fault: Fault | undefined, readsFiles: boolean): Damage {
  if (!fault) return {};
  const make = DAMAGING[fault.kind] as ((fault: Fault, usual: 'file' | 'node') => Damage) | undefined;
  return make?.(fault, readsFiles ? 'file' : 'node') ?? {};
}
