/** Tells of every request that was really sent: a retry counts, a wait does not. Never of headers, queries or bodies. */
import { STATUS_CODES } from 'node:http';
import type { Clock, Log } from '../../base/index.js';
import { redactValues } from './redact-values.js';
import { apiOf, type API, type HTTPRequest, type Interceptor } from './exchange.js';
import { NetworkError } from './network-error.js';

export interface RequestObserver {
  /** `code`: the status, or `timeout`, `unreachable`, `malformed`, `aborted` where there was none. */
  request(request: { api: API; code: string }): void;
  /** The limit as GitHub told it in its last answer, by resource (`core`, `graphql`). */
  rateLimit(limit: { resource: string; limit: number; remaining: number }): void;
  /** When the credential ends, Unix ms, as GitHub told it; undefined: it said that there is no end, or the credential is an App. */
  expiry(endsMs: number | undefined): void;
}

export const NOP_OBSERVER: RequestObserver = {
  request: () => undefined,
  rateLimit: () => undefined,
  expiry: () => undefined,
};

/** Counts each request and writes one debug line for it. */
export function metrics(options: { observer: RequestObserver; log: Pick<Log, 'debug'>; clock: Clock }): Interceptor {
  const { observer, log, clock } = options;
  return (next) => async (request) => {
    const start = clock.monotonic();
    const tell = (code: string): void => {
      observer.request({ api: apiOf(request), code });
      log.debug('GitHub request', {
        method: request.method,
        path: pathOf(request),
        status: code,
        ms: Math.round(clock.monotonic() - start),
      });
    };
    try {
      const answer = await next(request);
      tell(statusWord(answer.status));
      return answer;
    } catch (error) {
      tell(error instanceof NetworkError ? error.kind : 'aborted');
      throw error;
    }
  };
}

/** The server chooses the number, and each one is a series: those without a meaning are one. */
function statusWord(status: number): string {
  return STATUS_CODES[status] === undefined ? 'other' : String(status);
}

/** A redirect may have put the credential into it. */
function pathOf({ url, headers }: HTTPRequest): string {
  const credential = headers['authorization']?.replace(/^\S+ /, '');
  return redactValues(new URL(url).pathname, credential === undefined || credential === '' ? [] : [credential]);
}
