/**
 * Sends reads again after failures that may pass: no connection, no answer in time, an answer cut short, 5xx. Never on
 * 4xx, and never around a write: a write of unknown outcome must be looked at first.
 */
import type { Sleep } from '../../base/index.js';
import type { HTTPResponse, Interceptor } from './exchange.js';
import { NetworkError } from './network-error.js';

export const DEFAULT_ATTEMPTS = 3;

export const DEFAULT_RETRY_DELAY_MS = 1_000;

/** Beyond a minute a doubled delay only makes a pass look hung. */
const MAX_BACKOFF_MS = 60_000;

export interface Backoff {
  retryDelayMs: number;
  /** 0 to 1. */
  random: () => number;
}

/** The wait before retry number `retry` (from 0): doubled each time, and up to half as much again so that many do not return together. */
export function backoffMs(retry: number, backoff: Backoff): number {
  return Math.min(MAX_BACKOFF_MS, backoff.retryDelayMs * 2 ** retry * (1 + backoff.random() / 2));
}

/** Up to `attempts` more tries; the last failure is handed on as it is. */
export function retry(options: Backoff & { attempts: number; sleep: Sleep }): Interceptor {
  return (next) => async (request) => {
    for (let tries = 0; ; tries += 1) {
      const last = tries >= options.attempts;
      const answer = await next(request).catch((error: unknown) => caught(error, last));
      if (answer !== undefined && (isServed(answer) || last)) return answer;
      await options.sleep(backoffMs(tries, options), request.signal);
    }
  };
}

/** A status outside 200 to 499 says that something is broken there; 999 and 42 as well as 503. */
const isServed = ({ status }: HTTPResponse): boolean => status >= 200 && status < 500;

function caught(error: unknown, last: boolean): HTTPResponse | undefined {
  if (last || !(error instanceof NetworkError) || error.final) throw error;
  return undefined;
}
