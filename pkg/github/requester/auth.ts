/** Adds the credential, inside the host pin and outside of everything that is logged or counted. */
import type { Step } from './exchange.js';

/** Where the token of the moment comes from. */
export interface TokenSource {
  /** The token to send. Throws Plus1Error where none can be had. */
  token(signal: AbortSignal): Promise<string>;
  /** GitHub answered 401 to this token. True where asking again may give another one. */
  rejected(token: string): boolean;
}

/** One more try with a fresh token after a 401: what was refused so was not served, so this is safe for writes too. */
export function auth(source: TokenSource): Step {
  return (next) => async (ask) => {
    const token = await source.token(ask.signal);
    const answer = await next({ ...ask, headers: { ...ask.headers, authorization: `Bearer ${token}` } });
    if (answer.status !== 401 || !source.rejected(token)) return answer;
    const fresh = await source.token(ask.signal);
    return next({ ...ask, headers: { ...ask.headers, authorization: `Bearer ${fresh}` } });
  };
}
