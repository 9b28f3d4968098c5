/**
 * What belongs to one credential at one host and not to one policy: places in flight, limits, budget, minted tokens.
 * Policies that share a credential must share its session, or each would spend the whole budget by itself.
 */
import type { GrantCell } from './grant.js';
import { Budget } from './budget.js';
import { RateLimitWaits } from './limits.js';
import { DEFAULT_CONCURRENCY, Slots } from './pacing.js';
import { ServerTime } from './server-time.js';

export class CredentialSession {
  readonly slots: Slots;
  readonly rateLimitWaits = new RateLimitWaits();
  readonly budget = new Budget();
  readonly serverTime = new ServerTime();
  readonly #grants = new Map<string, GrantCell>();

  /** `concurrency`: requests in flight, 1 to 5. */
  constructor(options: { concurrency?: number } = {}) {
    this.slots = new Slots(options.concurrency ?? DEFAULT_CONCURRENCY);
  }

  /** The place where the token of one installation is kept. */
  grantCell(installation: string): GrantCell {
    const cell = this.#grants.get(installation) ?? {};
    this.#grants.set(installation, cell);
    return cell;
  }
}
