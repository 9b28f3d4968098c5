/**
 * Hourly budgets of REST requests and GraphQL points, one of each per user or installation, and the secondary limits.
 * Hazard: the budget belongs to others too: `use` takes from every bucket, as colleagues with the same token would.
 */
export type Resource = 'core' | 'graphql';

export interface RateLimitOptions {
  /** Per hour; 5,000 each unless told. */
  rest?: number;
  graphql?: number;
  /** Enforce the secondary limits (900 REST and 2,000 GraphQL points a minute, 100 requests at once). Off unless told. */
  secondary?: boolean;
}

export interface RateLimitState {
  limit: number;
  used: number;
  remaining: number;
  /** Seconds since 1970. */
  reset: number;
  resource: Resource;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const DEFAULT_LIMIT = 5_000;
const UNAUTHENTICATED_LIMIT = 60;
/** Secondary points a minute (docs, rate limits for the REST API). */
const SECONDARY: Record<Resource, number> = { core: 900, graphql: 2_000 };

interface Bucket {
  used: number;
  resetMs: number;
}

/** What a bucket begins with. */
interface Head {
  used: number;
  untilMs: number;
  /** The bucket fills again when the head ends. */
  resets: boolean;
}

export class RateLimit {
  /** False: GHES without rate limits. No headers, and `/rate_limit` answers 404. */
  enabled: boolean;
  readonly limits: Record<Resource, number>;
  readonly #secondary: boolean;
  readonly #clock: () => number;
  #buckets = new Map<string, Bucket>();
  #heads = new Map<Resource, Head>();
  #minute: { start: number; points: Record<Resource, number> } = { start: 0, points: { core: 0, graphql: 0 } };

  constructor(options: RateLimitOptions | false, clock: () => number) {
    this.enabled = options !== false;
    const limits = options === false ? {} : options;
    this.limits = { core: limits.rest ?? DEFAULT_LIMIT, graphql: limits.graphql ?? DEFAULT_LIMIT };
    this.#secondary = limits.secondary ?? false;
    this.#clock = clock;
  }

  /** Somebody else spends: taken from every bucket there is, and from those that begin within the hour. */
  use(resource: Resource, points: number): void {
    for (const [key, bucket] of this.#buckets) if (key.endsWith(` ${resource}`)) bucket.used += points;
    const head = this.#headOf(resource);
    this.#heads.set(resource, {
      used: (head?.used ?? 0) + points,
      untilMs: this.#clock() + HOUR_MS,
      resets: head?.resets ?? false,
    });
  }
  /** Leaves exactly this much in every bucket, to be filled again after `resetInS` (an hour unless told). */
  set(resource: Resource, { remaining, resetInS = HOUR_MS / 1000 }: { remaining: number; resetInS?: number }): void {
    for (const key of this.#buckets.keys()) if (key.endsWith(` ${resource}`)) this.#buckets.delete(key);
    this.#heads.set(resource, {
      used: this.limits[resource] - remaining,
      untilMs: this.#clock() + resetInS * 1000,
      resets: true,
    });
  }

  #headOf(resource: Resource): Head | undefined {
    const head = this.#heads.get(resource);
    return head && head.untilMs > this.#clock() ? head : undefined;
  }

  #bucket(owner: string, resource: Resource): Bucket {
    const key = `${owner} ${resource}`;
    const now = this.#clock();
    let bucket = this.#buckets.get(key);
    if (!bucket || bucket.resetMs <= now) {
      // What somebody else spent in the hour that is over does not count in the new one.
      const head = bucket ? undefined : this.#headOf(resource);
      bucket = { used: head?.used ?? 0, resetMs: head?.resets ? head.untilMs : now + HOUR_MS };
      this.#buckets.set(key, bucket);
    }
    return bucket;
  }

  /** Undefined where limits are off. */
  state(owner: string, resource: Resource): RateLimitState | undefined {
    if (!this.enabled) return undefined;
    const bucket = this.#bucket(owner, resource);
    const limit = owner === 'anonymous' && resource === 'core' ? UNAUTHENTICATED_LIMIT : this.limits[resource];
    const used = Math.min(limit, bucket.used);
    return { limit, used, remaining: limit - used, reset: Math.ceil(bucket.resetMs / 1000), resource };
  }

  isExhausted(owner: string, resource: Resource): boolean {
    return this.state(owner, resource)?.remaining === 0;
  }
  consume(owner: string, resource: Resource, points: number): void {
    if (this.enabled) this.#bucket(owner, resource).used += points;
  }

  headers(owner: string, resource: Resource): Record<string, string> {
    const state = this.state(owner, resource);
    if (!state) return {};
    return {
      'x-ratelimit-limit': String(state.limit),
      'x-ratelimit-remaining': String(state.remaining),
      'x-ratelimit-reset': String(state.reset),
      'x-ratelimit-used': String(state.used),
      'x-ratelimit-resource': resource,
    };
  }

  /** Counts secondary points; true where they pass the limit of this minute and limits are enforced. */
  passesSecondary(resource: Resource, points: number, concurrent: number): boolean {
    const now = this.#clock();
    if (now - this.#minute.start >= MINUTE_MS) this.#minute = { start: now, points: { core: 0, graphql: 0 } };
    this.#minute.points[resource] += points;
    return this.#secondary && (concurrent > 100 || this.#minute.points[resource] > SECONDARY[resource]);
  }
}
