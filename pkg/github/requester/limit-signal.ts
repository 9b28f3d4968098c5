/**
 * Tells GitHub's limits from a refusal. A 403 has three meanings (hourly limit, secondary limit, no permission) and
 * GraphQL says the first with a 200. The order of the rules is GitHub's:
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
 */
import type { Answer } from './exchange.js';
import type { Wait } from './patience.js';

/** Where GitHub names no time: at least a minute, and longer each time. */
const UNNAMED_WAIT_MS = 60_000;

/** `reset` is in whole seconds and clocks differ a little. */
const RESET_MARGIN_MS = 1_000;

/** A longer wait than the hour that a limit lasts is a clock gone wrong; a shorter one than this is a hot loop. */
const LONGEST_WAIT_MS = 2 * 3_600_000;
const SHORTEST_WAIT_MS = 1_000;

const LIMIT_MESSAGE = /rate limit|abuse detection/i;

/** `every`: a secondary limit holds for REST and GraphQL together; the hourly ones are apart. */
export interface LimitSignal extends Wait {
  every: boolean;
}

/** The limit that this answer speaks of, if it does. `earlier`: how many unnamed waits came before. */
export function limitSignal(answer: Answer, nowMs: number, earlier: number): LimitSignal | undefined {
  if (!isLimit(answer)) return undefined;
  const after = retryAfterMs(answer, nowMs);
  if (after !== undefined) return signal(nowMs, after, 'GitHub asks to wait', true);
  const reset = Number(answer.headers.get('x-ratelimit-reset'));
  if (answer.headers.get('x-ratelimit-remaining') === '0' && reset > 0) {
    return signal(nowMs, reset * 1_000 + RESET_MARGIN_MS - nowMs, "GitHub's hourly rate limit is reached", false);
  }
  return signal(nowMs, UNNAMED_WAIT_MS * 2 ** earlier, "GitHub's secondary rate limit is reached", true);
}

function signal(nowMs: number, waitMs: number, why: string, every: boolean): LimitSignal {
  return { untilMs: nowMs + Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, waitMs)), why, every };
}

function isLimit(answer: Answer): boolean {
  const { status, headers, json } = answer;
  if (status === 429) return true;
  if (status === 503) return headers.has('retry-after');
  if (status === 200) return isLimitedQuery(json);
  if (status !== 403) return false;
  return (
    headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0' || LIMIT_MESSAGE.test(messageOf(json))
  );
}

function isLimitedQuery(json: unknown): boolean {
  const errors = typeof json === 'object' && json !== null && 'errors' in json ? json.errors : undefined;
  if (!Array.isArray(errors)) return false;
  return errors.some(
    (error: unknown) => typeOf(error) === 'RATE_LIMITED' || /secondary rate limit/i.test(messageOf(error)),
  );
}

function typeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
}

function messageOf(json: unknown): string {
  return typeof json === 'object' && json !== null && 'message' in json && typeof json.message === 'string'
    ? json.message
    : '';
}

function retryAfterMs(answer: Answer, nowMs: number): number | undefined {
  const header = answer.headers.get('retry-after');
  if (header === null) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : date - nowMs;
}
