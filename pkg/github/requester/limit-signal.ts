/**
 * Tells GitHub's limits from a refusal. A 403 has three meanings (hourly limit, secondary limit, no permission) and
 * GraphQL says the first with a 200. The order of the rules is GitHub's:
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
 */
import type { API, HTTPResponse } from './exchange.js';
import { hasErrors, isLimitedQuery, isLimitMessage, isSecondaryMessage } from './limit-words.js';
import { LONGEST_WAIT_MS } from './patience.js';
import { parseDate } from './server-time.js';

/** Where GitHub names no time: at least a minute, and longer each time. */
const UNNAMED_WAIT_MS = 60_000;

/** `reset` is in whole seconds, and so is GitHub's clock as it tells it. */
const RESET_MARGIN_MS = 1_000;

const SECONDARY = "GitHub's secondary rate limit is reached";

/** A shorter wait is a hot loop. */
const SHORTEST_WAIT_MS = 1_000;

export interface LimitSignal {
  /** From now on. */
  waitMs: number;
  /** Half a sentence for people. */
  why: string;
  /** A secondary limit holds for REST and GraphQL together; the hourly ones are apart. */
  every: boolean;
  /** True where the request was served all the same: only the next one is to wait. */
  served: boolean;
  /** Of the two kinds of limits, the one for too much at once. */
  secondary: boolean;
}

export interface Answered {
  api: API;
  /** GitHub's clock when it answered, Unix ms. */
  sentMs: number;
  /** How many unnamed waits came before. */
  earlier: number;
}

/** The limit that this answer speaks of, if it does. */
export function limitSignal(answer: HTTPResponse, { api, sentMs, earlier }: Answered): LimitSignal | undefined {
  const after = retryAfterMs(answer, sentMs);
  const limited = isLimit(answer, api);
  if (after !== undefined) {
    const secondary = limited && isSecondary(answer);
    const why = secondary ? SECONDARY : 'GitHub asks to wait';
    return signal(after, why, { every: true, served: !limited, secondary });
  }
  if (!limited) return undefined;
  const reset = resetMs(answer);
  // A reset that is over names no time: asking again at once would go on for as long as GitHub says so.
  if (reset !== undefined && reset >= sentMs) {
    const wait = reset + RESET_MARGIN_MS - sentMs;
    return signal(wait, "GitHub's hourly rate limit is reached", { every: false, served: false, secondary: false });
  }
  const unnamed = UNNAMED_WAIT_MS * 2 ** earlier;
  return signal(unnamed, SECONDARY, { every: true, served: false, secondary: true });
}

function signal(waitMs: number, why: string, meaning: Omit<LimitSignal, 'waitMs' | 'why'>): LimitSignal {
  return { waitMs: Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, waitMs)), why, ...meaning };
}

/** Of a refusal that names its wait: that of an hourly limit has nothing left, and that of a server in trouble is no limit. */
function isSecondary({ status, headers, json }: HTTPResponse): boolean {
  if (isSecondaryMessage(json)) return true;
  const remaining = headers.get('x-ratelimit-remaining');
  return status < 500 && remaining !== null && remaining !== '0';
}

/** True where the request was not served because of a limit. An answer that holds what was asked for was served, whatever it says of waiting. */
function isLimit({ status, headers, json }: HTTPResponse, api: API): boolean {
  const asksToWait = headers.has('retry-after');
  if (api === 'graphql' && (isLimitedQuery(json, headers) || (asksToWait && hasErrors(json)))) return true;
  if (status < 300) return false;
  if (status === 429 || asksToWait) return true;
  return status === 403 && (headers.get('x-ratelimit-remaining') === '0' || isLimitMessage(json));
}

function resetMs({ headers }: HTTPResponse): number | undefined {
  if (headers.get('x-ratelimit-remaining') !== '0') return undefined;
  const reset = headers.get('x-ratelimit-reset');
  return reset !== null && /^\d{1,15}$/.test(reset) ? Number(reset) * 1_000 : undefined;
}

/** Seconds, or a date by GitHub's clock. */
function retryAfterMs(answer: HTTPResponse, sentMs: number): number | undefined {
  const header = answer.headers.get('retry-after');
  if (header === null) return undefined;
  if (/^\d+(\.\d+)?$/.test(header.trim())) return Number(header) * 1_000;
  const date = parseDate(header);
  return date === undefined ? undefined : date - sentMs;
}
