/**
 * Sends to one origin and to no other, whatever asks: a URL in a policy, a Link header, a redirect. It stands outside
 * the step that adds the credential, so that nothing is signed for a foreign host.
 */
import { addressFault, isLoopback } from '../../api/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { Interceptor } from './exchange.js';

/** Neither a flag nor a field of the policy allows it. */
export const ELSEWHERE = 'use the address that GitHub itself answers at: a credential goes to no other host';

/** Refuses every request that leaves `origin`, naming the host alone: a path or query may hold what is nobody's business. */
export function hostPin(origin: string): Interceptor {
  return (next) => async (request) => {
    const url = new URL(request.url);
    if (url.origin !== origin) {
      throw new Plus1Error(
        'PLUS1_HOST_NOT_ALLOWED',
        `a request to ${url.host} was refused: this credential is for ${new URL(origin).host}`,
        { fix: ELSEWHERE },
      );
    }
    if (url.protocol !== 'https:' && !isLoopback(url.hostname)) throw plainHTTP(url.host);
    return next(request);
  };
}

/** The API address without its trailing slash; refused by name where it is none, before anything is looked up. */
export function checkedAddress(apiURL: string): string {
  const fault = addressFault(apiURL);
  if (fault === undefined) return apiURL.replace(/\/+$/, '');
  const host = URL.canParse(apiURL) ? new URL(apiURL).host : 'the API address';
  throw new Plus1Error(
    'PLUS1_HOST_NOT_ALLOWED',
    `cannot use ${host === '' ? 'the API address' : host}: it must be ${fault}`,
    { fix: 'correct the address' },
  );
}

function plainHTTP(host: string): Plus1Error {
  return new Plus1Error(
    'PLUS1_HOST_NOT_ALLOWED',
    `a request to ${host} was refused: plain http goes to loopback addresses only`,
    { fix: 'write the address with https' },
  );
}
