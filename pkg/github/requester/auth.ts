/**
 * Adds the credential, inside the host pin and outside of everything that is logged or counted. GitHub's replicas learn of
 * a new installation token late: for a few seconds it is as good as unknown (401), or sees nothing (403, 404). That says
 * nothing of the credential, and another new token would be as late.
 */
import type { Sleep } from '../../base/index.js';
import { isWrite, type HTTPResponse, type Interceptor } from './exchange.js';
import { graphQLAnswer } from './graphql-answer.js';
import { isOwnRefusal, REQUEST_ID_HEADER } from './own-answer.js';

/** `new`: no answer has accepted it yet. `young`: only a few have, and each may have come from another replica. */
export type TokenAge = 'new' | 'young' | 'old';

/** Where the token of the moment comes from. */
export interface TokenSource {
  /** The token to send. Throws Plus1Error where none can be had. */
  token(signal: AbortSignal): Promise<string>;
  age(token: string): TokenAge;
  /** An answer did as the token asked. */
  accepted(token: string): void;
  /** GitHub answered 401 to this token. True where asking again may give another one. */
  rejected(token: string): boolean;
  /** True where the credential may have an end that a person must care about: not for the tokens of an App, which are made again. */
  readonly ends?: boolean;
}

/** Seven seconds in all; the lags that people have reported are shorter. */
const LAG_WAITS_MS = [1_000, 2_000, 4_000] as const;

/**
 * Reads with a token that was just made are sent again after a wait. An old token that is refused gets one more try with a
 * fresh one. A write is sent once: an answer of 401 may be wrong about it, and the time that a fresh token takes would lie between it
 * and the read before it. Its token is let go all the same, so that what comes after it has another one.
 */
export function auth(source: TokenSource, { sleep }: { sleep: Sleep }): Interceptor {
  return (next) => async (request) => {
    const send = async (token: string): Promise<HTTPResponse> => {
      const signed = { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
      for (let tries = 0; ; tries += 1) {
        const answer = await next(signed);
        if (!isRefusal(answer)) source.accepted(token);
        const waitMs = isWrite(request) || !mayLag(answer, source.age(token)) ? undefined : LAG_WAITS_MS[tries];
        if (waitMs === undefined) return answer;
        await sleep(waitMs, request.signal);
      }
    };
    const token = await source.token(request.signal);
    const answer = await send(token);
    if (answer.status !== 401 || (isWrite(request) && !isOwn(answer))) return answer;
    const wasNew = source.age(token) === 'new';
    const mayHelp = source.rejected(token) && !wasNew && !isWrite(request);
    return mayHelp ? send(await source.token(request.signal)) : answer;
  };
}

const isOwn = ({ headers, json }: HTTPResponse): boolean => isOwnRefusal(headers.get(REQUEST_ID_HEADER), json);

function mayLag(answer: HTTPResponse, age: TokenAge): boolean {
  if (age === 'old' || isLimit(answer)) return false;
  return answer.status === 401 || (age === 'new' && isRefusal(answer));
}

/** Limits are for the step outside; a 403 of somebody else is no word of GitHub's about the token. */
function isLimit({ status, headers, json }: HTTPResponse): boolean {
  if (status !== 403) return false;
  const isForeign = typeof json !== 'object' || json === null;
  return (
    isForeign ||
    headers.has('retry-after') ||
    headers.get('x-ratelimit-remaining') === '0' ||
    /rate limit|abuse/i.test(JSON.stringify(json))
  );
}

const REFUSALS = new Set([401, 403, 404]);
const REFUSED_TYPES = new Set(['FORBIDDEN', 'NOT_FOUND', 'INSUFFICIENT_SCOPES']);

/** By status, or in the words of GraphQL, which refuses with a 200. */
function isRefusal({ status, json }: HTTPResponse): boolean {
  if (REFUSALS.has(status)) return true;
  if (status !== 200 || typeof json !== 'object' || json === null || !('errors' in json)) return false;
  return graphQLAnswer(json).errors.some(({ type = '' }) => REFUSED_TYPES.has(type));
}
