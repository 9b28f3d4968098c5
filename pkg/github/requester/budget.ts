/**
 * Leaves a fifth of every hour's limit to others who share the credential. `remaining` counts everyone's use, so the
 * last answer's headers are the whole truth; a server without them (GHES) has no budget.
 */
import type { Clock } from '../../base/index.js';
import { apiOf, type API, type HTTPResponse, type Interceptor } from './exchange.js';
import type { RequestObserver } from './metrics.js';
import { LONGEST_WAIT_MS, type Patience, type Pause } from './patience.js';
import { sentMs, type ServerTime } from './server-time.js';

/** Reading stops below this share of the limit. */
export const FLOOR = 0.2;

/** https://docs.github.com/en/rest/rate-limit/rate-limit#get-rate-limit-status-for-the-authenticated-user */
const RESOURCES = new Set([
  'actions_runner_registration',
  'audit_log',
  'audit_log_streaming',
  'code_scanning_autofix',
  'code_scanning_upload',
  'code_search',
  'core',
  'dependency_sbom',
  'dependency_snapshots',
  'graphql',
  'integration_manifest',
  'scim',
  'search',
  'source_import',
]);

interface Quota {
  limit: number;
  remaining: number;
  /** As GitHub tells it; what its hour is known by. */
  reset: number;
  /** When that is by the monotonic clock, ms. */
  resetMs: number;
  /** What this process took of it. */
  own: number;
  /** What others took of the hour before. */
  othersBefore: number;
}

/** The use of one hourly limit. */
export interface HourlyUse {
  limit: number;
  /** What others take in an hour: as much as in this one so far, or in the one before it. */
  others: number;
}

/** GitHub's replicas may tell the end of one hour a second apart. */
const SAME_HOUR_S = 60;

/** An answer and when it came. */
interface Told {
  api: API;
  /** GitHub's clock when it answered, Unix ms. */
  sentMs: number;
  /** Ours when it came, by the monotonic clock. */
  nowMs: number;
}

/** What GitHub said last of the limits of one credential. */
export class Budget {
  readonly #quotas = new Map<string, Quota>();
  #isAnswered = false;

  /** True where the server serves requests and names no limit in its answers: limits are off by default on GitHub Enterprise Server. */
  get isUnlimited(): boolean {
    return this.#isAnswered && this.#quotas.size === 0;
  }

  /** Takes the headers of an answer; hands them back where there were some. */
  record(
    answer: HTTPResponse,
    { api, sentMs, nowMs }: Told,
  ): { resource: string; limit: number; remaining: number } | undefined {
    if (answer.status === 200) this.#isAnswered = true;
    // It names the 60 requests of an address without a credential.
    if (answer.status === 401) return undefined;
    const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
      wholeNumber(answer.headers.get(`x-ratelimit-${name}`)),
    );
    if (limit === undefined || remaining === undefined || reset === undefined) return undefined;
    const resource = knownResource(answer.headers.get('x-ratelimit-resource') ?? resourceOf(api));
    const before = this.#quotas.get(resource);
    // Answers may overtake each other: within one hour only the lowest word counts.
    const isSame = before !== undefined && Math.abs(before.reset - reset) <= SAME_HOUR_S;
    const lowest = isSame ? Math.min(before.remaining, remaining) : remaining;
    // How far ahead it is by GitHub's own clock, since a local one that is ahead would find the hour over.
    const resetMs = nowMs + Math.min(LONGEST_WAIT_MS, reset * 1_000 - sentMs);
    const own = (isSame ? before.own : 0) + costOf(answer, api);
    const othersBefore = isSame ? before.othersBefore : others(before);
    this.#quotas.set(resource, { limit, remaining: lowest, reset, resetMs, own, othersBefore });
    return { resource, limit, remaining: lowest };
  }

  /** Undefined where GitHub names no such limit. */
  use(resource: 'core' | 'graphql'): HourlyUse | undefined {
    const quota = this.#quotas.get(resource);
    return quota && { limit: quota.limit, others: Math.max(others(quota), quota.othersBefore) };
  }

  /** The wait until the next hour where less than the floor is left; `nowMs` by the monotonic clock. */
  spent(api: API, nowMs: number): Pause | undefined {
    const quota = this.#quotas.get(resourceOf(api));
    if (quota === undefined || quota.resetMs <= nowMs || quota.remaining >= quota.limit * FLOOR) return undefined;
    return {
      endMs: quota.resetMs,
      why: `${quota.remaining} of ${quota.limit} requests of GitHub's hourly limit are left, and the last fifth is for others`,
    };
  }
}

export interface BudgetOptions {
  budget: Budget;
  patience: Patience;
  serverTime: ServerTime;
  clock: Clock;
  observer: RequestObserver;
  /** True for what belongs to a write that lets something enter: it goes on below the floor. */
  essential: boolean;
  /** False for writes, which never wait in place. */
  resend: boolean;
  /** Called with what each answer took. */
  onCost?: ((api: API, cost: number) => void) | undefined;
}

/** Stops below the floor, and takes note of every answer. */
export function budget(options: BudgetOptions): Interceptor {
  const { patience, serverTime, clock } = options;
  return (next) => async (request) => {
    const api = apiOf(request);
    const pause = options.essential ? undefined : options.budget.spent(api, clock.monotonic());
    if (pause !== undefined && !options.resend) throw patience.refusal(pause);
    if (pause !== undefined) await patience.sitOut(pause, request.signal);
    const answer = await next(request);
    const told = options.budget.record(answer, {
      api,
      sentMs: sentMs(answer, serverTime, clock),
      nowMs: clock.monotonic(),
    });
    if (told !== undefined) options.observer.rateLimit(told);
    options.onCost?.(api, costOf(answer, api));
    return answer;
  };
}

/** A header is foreign text, and this one becomes the label of a metric: it may repeat a secret, or be new with each answer. */
function knownResource(word: string): string {
  return RESOURCES.has(word) ? word : 'other';
}

/** What an answer takes of the hourly limit: a question of ours one point, a request one, and nothing where nothing has changed. */
function costOf({ status }: HTTPResponse, api: API): number {
  return api === 'rest' && (status === 304 || status === 401) ? 0 : 1;
}

function others(quota: Quota | undefined): number {
  return quota === undefined ? 0 : Math.max(0, quota.limit - quota.remaining - quota.own);
}

function resourceOf(api: API): string {
  return api === 'graphql' ? 'graphql' : 'core';
}

function wholeNumber(header: string | null): number | undefined {
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
