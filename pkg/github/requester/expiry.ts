/**
 * When a token ends, as GitHub says it in its answers. Only personal access tokens have an end that a person must care about:
 * the tokens of an App live for an hour and are made again by themselves.
 */
import { apiOf, type Interceptor } from './exchange.js';
import type { RequestObserver } from './metrics.js';

/** https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/token-expiration-and-revocation */
export const EXPIRATION_HEADER = 'github-authentication-token-expiration';

/** `2026-12-01 12:00:00 UTC`, or with an offset: https://github.com/google/go-github/issues/2649 */
const FORM = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:UTC|([+-]\d\d):?(\d\d))$/;

/** The time of the header, Unix ms. Undefined where there is none, or another text than GitHub's. */
export function parseExpiration(header: string | null | undefined): number | undefined {
  const [, day, time, hours = '+00', minutes = '00'] = FORM.exec(header?.trim() ?? '') ?? [];
  const ms = day === undefined ? Number.NaN : Date.parse(`${day}T${time}${hours}:${minutes}`);
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * Hands on the end of the credential from each answer that has one. That there is none is believed only of a success over REST,
 * where GitHub documents the header: a page of a proxy, or a refusal, says nothing about the token.
 */
export function watchExpiry({ observer, ends }: { observer: RequestObserver; ends: boolean }): Interceptor {
  return (next) => async (request) => {
    const answer = await next(request);
    const endsMs = ends ? parseExpiration(answer.headers.get(EXPIRATION_HEADER)) : undefined;
    const isSure =
      apiOf(request) === 'rest' && answer.status >= 200 && answer.status < 300 && answer.json !== undefined;
    if (endsMs !== undefined || isSure) observer.expiry(endsMs);
    return answer;
  };
}
