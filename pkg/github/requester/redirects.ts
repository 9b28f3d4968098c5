/**
 * Follows the redirects of reads by hand, hop by hop through the host pin, because `fetch` would take the credential
 * along by rules of its own. GitHub redirects what was renamed:
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
 */
import { Plus1Error } from '../../errors/index.js';
import { ELSEWHERE } from './host-pin.js';
import type { HTTPResponse, HTTPRequest, Interceptor } from './exchange.js';
import { NetworkError } from './network-error.js';

const REDIRECTS = new Set([301, 302, 307, 308]);

/** A rename answers with one hop, a rename of a rename with two; a loop never ends. */
const MAX_HOPS = 5;

/** Follows on GET only; a redirected write was not served, and repeating it elsewhere is nobody's order. */
export function redirects(origin: string): Interceptor {
  return (next) => async (request) => {
    let current = request;
    for (let hop = 0; hop <= MAX_HOPS; hop += 1) {
      const answer = await next(current);
      if (answer.status < 300 || answer.status >= 400 || answer.status === 304) return answer;
      current = { ...current, url: target(answer, current, origin) };
    }
    throw new NetworkError('malformed', `GitHub redirected more than ${MAX_HOPS} times`);
  };
}

function target(answer: HTTPResponse, request: HTTPRequest, origin: string): string {
  const location = answer.headers.get('location') ?? '';
  if (!REDIRECTS.has(answer.status) || !URL.canParse(location, request.url)) {
    throw new NetworkError('malformed', `GitHub answered ${answer.status} without a place to go`);
  }
  const url = new URL(location, request.url);
  // No error of our own, as those say that GitHub did not get the request: this one was answered, and a gateway may redirect to its
  // login after GitHub took a write.
  if (request.method !== 'GET') {
    const what = `GitHub redirected a ${request.method}, which is not followed`;
    if (url.origin === origin) throw new NetworkError('malformed', what);
    throw new NetworkError('malformed', `${what}: it leads to ${url.host}`, {
      ...{ code: 'PLUS1_HOST_NOT_ALLOWED', fix: ELSEWHERE, final: true },
    });
  }
  if (url.origin !== origin) {
    throw new Plus1Error(
      'PLUS1_HOST_NOT_ALLOWED',
      `a redirect to ${url.host} was refused: this credential is for ${new URL(origin).host}`,
      { fix: ELSEWHERE },
    );
  }
  return url.href;
}
