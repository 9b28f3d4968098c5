/**
 * What full passes of one credential take of its hourly limits: at most half, all users together, and less where others leave less above
 * the fifth that is nobody's. Intervals are stretched where they would take more, and a full pass waits for its turn where a moment has
 * too many (the start of a process, passes that fail and are tried again): so the bound holds in any hour, by what passes took last.
 */
import { FLOOR, type Budget, type HourlyUse } from './budget.js';

/** Requests of REST and points of GraphQL. */
export interface Cost {
  core: number;
  graphql: number;
}

/** Of each limit, what full passes take at most. */
const SHARE = 0.5;
/** What is left for them at least, however much others use: reading stops below a fifth anyway. */
const LEAST_SHARE = 0.1;

const HOUR_MS = 3_600_000;
/** The golden ratio: its multiples are spread evenly over an interval, however many there are. */
const SPREAD = (Math.sqrt(5) - 1) / 2;

const RESOURCES = ['core', 'graphql'] as const;
type Resource = (typeof RESOURCES)[number];

/** A full pass that ended. */
export interface EndedPass {
  cost: Cost;
  /** From one full pass to the next, as the policy wants it, ms. */
  intervalMs: number;
  isFailed: boolean;
}

interface User {
  /** In the order in which users came. */
  place: number;
  cost: Cost;
  intervalMs: number;
  /** When its next full pass is planned. */
  dueMs?: number;
  /** From when on a pass may begin that waits for its turn. */
  turnMs?: number;
}

/** All times are those of the monotonic clock, ms. */
export class FullPasses {
  readonly #budget: Pick<Budget, 'use'>;
  readonly #users = new Map<string, User>();
  readonly #buckets: Record<Resource, Bucket> = { core: new Bucket(), graphql: new Bucket() };
  #places = 0;

  constructor(budget: Pick<Budget, 'use'>) {
    this.#budget = budget;
  }

  /**
   * From one full pass to the next of a user that wants to wait for `intervalMs`. Those that want to wait least are stretched, to one
   * and the same interval: who waits for longer than that has done his part.
   */
  everyMs(id: string, intervalMs: number): number {
    const cost = this.#users.get(id)?.cost;
    const least = RESOURCES.filter((resource) => (cost?.[resource] ?? 0) > 0).map((resource) => this.#least(resource));
    return Math.max(intervalMs, ...least);
  }

  /** Takes note of a full pass that ended, and plans the next one. Returns how long to wait for it. */
  ended(id: string, { cost, intervalMs, isFailed }: EndedPass, nowMs: number): number {
    const before = this.#users.get(id);
    for (const resource of RESOURCES) {
      // What it was expected to take was counted when it began.
      const expected = before?.turnMs === undefined ? 0 : before.cost[resource];
      this.#buckets[resource].add(cost[resource] - expected, this.#pace(resource), nowMs);
    }
    const user: User = { place: before?.place ?? this.#places++, cost, intervalMs };
    // One that broke off says nothing of what the next one takes.
    if (isFailed && before !== undefined) user.cost = larger(before.cost, cost);
    this.#users.set(id, user);
    const everyMs = this.everyMs(id, intervalMs);
    const waitMs = this.#wait(user.place, before?.dueMs, { everyMs, nowMs });
    user.dueMs = nowMs + waitMs;
    return waitMs;
  }

  /**
   * How long a full pass has to wait for its turn, ms: 0 where it may begin. Asked again after that time, it begins. What nobody knows
   * the cost of begins at once.
   */
  begin(id: string, nowMs: number): number {
    const user = this.#users.get(id);
    if (user === undefined) return 0;
    if (user.turnMs === undefined) {
      const waitMs = Math.max(...RESOURCES.map((resource) => this.#untilRoom(resource, nowMs)));
      user.turnMs = nowMs + waitMs;
      for (const resource of RESOURCES)
        this.#buckets[resource].add(user.cost[resource], this.#pace(resource), nowMs, waitMs);
    }
    return Math.max(0, user.turnMs - nowMs);
  }

  forget(id: string): void {
    this.#users.delete(id);
  }

  /** Alone, a user waits for its interval; among others, the first wait is shorter, so that their passes do not come together. */
  #wait(place: number, dueMs: number | undefined, { everyMs, nowMs }: { everyMs: number; nowMs: number }): number {
    if (this.#users.size === 1) return everyMs;
    if (dueMs === undefined) return everyMs * (1 - ((place * SPREAD) % 1));
    return Math.min(everyMs, Math.max(everyMs / 2, dueMs + everyMs - nowMs));
  }

  /** What may be taken in an hour. Unlimited where GitHub names no limit. */
  #allowed(resource: Resource): number {
    const use = this.#budget.use(resource);
    if (use === undefined) return Number.POSITIVE_INFINITY;
    return allowedOf(use);
  }

  /** What all users together take in an hour, where nobody waits longer than wanted. */
  #demand(resource: Resource): number {
    let sum = 0;
    for (const { cost, intervalMs } of this.#users.values()) sum += (cost[resource] * HOUR_MS) / intervalMs;
    return sum;
  }

  /** The shortest interval with which all users together keep to the rate, ms; 0 where none is too short. */
  #least(resource: Resource): number {
    const rate = this.#rate(resource);
    // Of those that wait longer: what they take in an hour as they are.
    let kept = this.#demand(resource);
    if (kept <= rate) return 0;
    const users = [...this.#users.values()].sort((a, b) => a.intervalMs - b.intervalMs);
    let costs = 0;
    for (const [index, { cost, intervalMs }] of users.entries()) {
      costs += cost[resource];
      kept -= (cost[resource] * HOUR_MS) / intervalMs;
      const leastMs = (costs * HOUR_MS) / (rate - kept);
      if (rate > kept && leastMs <= (users[index + 1]?.intervalMs ?? Number.POSITIVE_INFINITY)) return leastMs;
    }
    return (costs * HOUR_MS) / rate;
  }

  /** What they take in an hour on average: less than allowed by one pass, which may begin at the end of an hour. */
  #rate(resource: Resource): number {
    const allowed = this.#allowed(resource);
    const largest = Math.max(0, ...[...this.#users.values()].map(({ cost }) => cost[resource]));
    return Math.max(allowed - largest, allowed / 2);
  }

  /** What a bucket loses in an hour: all that is allowed where that is wanted, else less, so that passes may come together. */
  #pace(resource: Resource): number {
    const rate = this.#rate(resource);
    return (Math.min(this.#demand(resource), rate) + rate) / 2;
  }

  #untilRoom(resource: Resource, nowMs: number): number {
    const [rate, pace] = [this.#rate(resource), this.#pace(resource)];
    return Number.isFinite(rate) ? this.#buckets[resource].untilBelow(rate - pace, pace, nowMs) : 0;
  }
}

function larger(a: Cost, b: Cost): Cost {
  return { core: Math.max(a.core, b.core), graphql: Math.max(a.graphql, b.graphql) };
}

function allowedOf({ limit, others }: HourlyUse): number {
  return Math.min(limit * SHARE, Math.max(limit * LEAST_SHARE, limit * (1 - FLOOR) - others));
}

/** Fills with what passes take, and runs empty at the rate that is allowed. */
class Bucket {
  #level = 0;
  #atMs = 0;

  /** `waitMs`: it comes so much later, and what runs out until then is none of it. */
  add(amount: number, perHour: number, nowMs: number, waitMs = 0): void {
    this.#run(perHour, nowMs);
    const before = waitMs === 0 ? this.#level : Math.max(this.#level, (waitMs / HOUR_MS) * perHour);
    this.#level = Math.max(0, before + amount);
  }

  /** How long until no more is in it than that, ms. */
  untilBelow(level: number, perHour: number, nowMs: number): number {
    this.#run(perHour, nowMs);
    return Math.max(0, ((this.#level - level) / perHour) * HOUR_MS);
  }

  #run(perHour: number, nowMs: number): void {
    const ranOut = Number.isFinite(perHour) ? ((nowMs - this.#atMs) / HOUR_MS) * perHour : this.#level;
    this.#level = Math.max(0, this.#level - ranOut);
    this.#atMs = nowMs;
  }
}
