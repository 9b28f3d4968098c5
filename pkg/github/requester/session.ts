/**
 * What belongs to one credential at one host and not to one policy: places in flight, limits, budget, minted tokens.
 * Policies that share a credential must share its session, or each would spend the whole budget by itself.
 */
import { IssuePace } from './issue-pace.js';
import type { GrantCell } from './grant.js';
import { Budget } from './budget.js';
import { FullPasses } from './full-passes.js';
import { RateLimitWaits } from './limits.js';
import { QueryTime } from './query-time.js';
import { Slots } from './slots.js';
import { Window } from './window.js';
import { ServerTime } from './server-time.js';

export class CredentialSession {
  readonly window: Window;
  /** As many as the window says. */
  readonly slots: Slots;
  /** Writes one after the other, whatever the number of places. */
  readonly writers = new Slots(() => 1);
  readonly queryTime = new QueryTime();
  readonly rateLimitWaits = new RateLimitWaits();
  readonly budget = new Budget();
  readonly fullPasses = new FullPasses(this.budget);
  readonly serverTime = new ServerTime();
  readonly issuePace = new IssuePace();
  readonly #grants = new Map<string, GrantCell>();

  /** `concurrency`: requests in flight at most, 1 to 10 (5). */
  constructor(options: { concurrency?: number } = {}) {
    const window = new Window(options.concurrency);
    this.window = window;
    this.slots = new Slots(() => window.now);
  }

  /** The place where the token of one installation is kept. */
  grantCell(installation: string): GrantCell {
    const cell = this.#grants.get(installation) ?? {};
    this.#grants.set(installation, cell);
    return cell;
  }
}
