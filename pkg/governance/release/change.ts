/** What guards and approvals see of a plan: ids of whatever is governed, each with one word. They know no repository and no policy. */
import type { HeldReason } from '../../api/index.js';

/** One that would enter or leave. An approval covers it as a pair: the same id with another status is another change. */
export interface Change {
  id: number;
  /** Why it enters or leaves, in one word. */
  status: string;
}

/** A guard stopped some changes. */
export interface Hold {
  reason: HeldReason;
  /** Stable between equal states: fit for a condition. */
  message: string;
}
