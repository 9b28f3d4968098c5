/**
 * Tells an answer of the API from what a web server, a proxy or a login page says in its place. The root of an
 * Enterprise Server serves its web pages, so that an address without `/api/v3` looks like an outage that never ends.
 */
import type { HTTPResponse, Interceptor } from './exchange.js';
import { NetworkError } from './network-error.js';

/** What a web server answers to a path that is no page of its own, beside a page: no such, not in JSON, not from a form. */
const NO_PAGE = new Set([404, 406, 422]);

/** A success without JSON is no answer. A page at an address that can be no API is a wrong address, once it stays. */
export function apiAnswers(apiURL: string): Interceptor {
  const right = rightAddress(apiURL);
  return (next) => async (request) => {
    const answer = await next(request);
    if (answer.json !== undefined) return answer;
    const isPage = /^\s*<(!doctype|html|\?xml)/i.test(answer.text);
    if (isPage && right !== undefined && (isData(answer) || NO_PAGE.has(answer.status))) {
      throw new NetworkError('malformed', `the answer is a web page with the status ${answer.status}`, {
        code: 'PLUS1_API_ADDRESS_WRONG',
        fix: `${right.how}: use ${right.url}`,
      });
    }
    if (!isData(answer)) return answer;
    const what = isPage ? 'is a web page, not JSON' : 'is not JSON, or was cut short';
    throw new NetworkError('malformed', `the answer with the status ${answer.status} ${what}`);
  };
}

const isData = ({ status }: HTTPResponse): boolean => status >= 200 && status < 300 && status !== 204 && status !== 205;

/** Where the API is, when this address can only lead to web pages. */
function rightAddress(apiURL: string): { url: string; how: string } | undefined {
  const { hostname, origin, pathname } = new URL(apiURL);
  const how = 'give the address of the API';
  if (/^(www\.)?github\.com$/.test(hostname)) return { url: 'https://api.github.com', how };
  if (/^[^.]+\.ghe\.com$/.test(hostname)) return { url: `https://api.${hostname}`, how };
  if (hostname === 'api.github.com' || /^api\.[^.]+\.ghe\.com$/.test(hostname)) return undefined;
  if (/\/api\/v3\/?$/.test(pathname)) return undefined;
  return { url: `${origin}/api/v3`, how: 'add /api/v3' };
}
