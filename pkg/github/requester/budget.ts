/**
 * Leaves a fifth of every hour's limit to others who share the credential. `remaining` counts everyone's use, so the
 * last answer's headers are the whole truth; a server without them (GHES) has no budget.
 */
import { apiOf, type API, type Answer, type Step } from './exchange.js';
import type { RequestObserver } from './metrics.js';
import { rateLimited, type Patience, type Wait } from './patience.js';
import type { Clock } from './sleep.js';

/** Reading stops below this share of the limit. */
const FLOOR = 0.2;

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
  resetMs: number;
}

/** What GitHub said last of the limits of one credential. */
export class Budget {
  readonly #quotas = new Map<string, Quota>();

  /** Takes the headers of an answer; hands them back where there were some. */
  record(answer: Answer, api: API): { resource: string; limit: number; remaining: number } | undefined {
    const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
      wholeNumber(answer.headers.get(`x-ratelimit-${name}`)),
    );
    if (limit === undefined || remaining === undefined || reset === undefined) return undefined;
    const resource = knownResource(answer.headers.get('x-ratelimit-resource') ?? resourceOf(api));
    const before = this.#quotas.get(resource);
    // Answers may overtake each other: within one hour only the lowest word counts.
    const lowest = before?.resetMs === reset * 1_000 ? Math.min(before.remaining, remaining) : remaining;
    this.#quotas.set(resource, { limit, remaining: lowest, resetMs: reset * 1_000 });
    return { resource, limit, remaining: lowest };
  }

  /** The wait until the next hour where less than the floor is left. */
  spent(api: API, nowMs: number): Wait | undefined {
    const quota = this.#quotas.get(resourceOf(api));
    if (quota === undefined || quota.resetMs <= nowMs || quota.remaining >= quota.limit * FLOOR) return undefined;
    return {
      untilMs: quota.resetMs,
      why: `${quota.remaining} of ${quota.limit} requests of GitHub's hourly limit are left, and the last fifth is for others`,
    };
  }
}

export interface BudgetOptions {
  budget: Budget;
  patience: Patience;
  clock: Clock;
  observer: RequestObserver;
  /** True for what belongs to a write that lets something enter: it goes on below the floor. */
  essential: boolean;
  /** False for writes, which never wait in place. */
  resend: boolean;
}

/** Stops below the floor, and takes note of every answer. */
export function budget(options: BudgetOptions): Step {
  return (next) => async (ask) => {
    const api = apiOf(ask);
    const wait = options.essential ? undefined : options.budget.spent(api, options.clock());
    if (wait !== undefined && !options.resend) throw rateLimited(wait);
    if (wait !== undefined) await options.patience.sitOut(wait, ask.signal);
    const answer = await next(ask);
    const told = options.budget.record(answer, api);
    if (told !== undefined) options.observer.rateLimit(told);
    return answer;
  };
}

/** A header is foreign text, and this one becomes the label of a metric: it may repeat a secret, or be new with each answer. */
function knownResource(word: string): string {
  return RESOURCES.has(word) ? word : 'other';
}

function resourceOf(api: API): string {
  return api === 'graphql' ? 'graphql' : 'core';
}

function wholeNumber(header: string | null): number | undefined {
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
