/** What guards and approvals see of a plan: ids of whatever is governed, each with one word. They know no repository and no policy. */
import type { HeldReason } from '../../api/index.js';

/** One that would enter or leave. The same id with another status is another change. */
export interface Change {
  id: number;
  /** Why it enters or leaves, in one word. */
  status: string;
}

/** Which way a change goes. */
export type Scope = 'enter' | 'leave';

/** A change as an approval covers it: who let a repository enter has not let it leave, though its status be the same word. */
export interface Covered extends Change {
  scope: Scope;
}

/** The changes of a plan, as an approval of it covers them. */
export function coveredBy(plan: { entering: readonly Change[]; leaving: readonly Change[] }): Covered[] {
  const inScope = (changes: readonly Change[], scope: Scope): Covered[] =>
    changes.map(({ id, status }) => ({ id, status, scope }));
  return [...inScope(plan.entering, 'enter'), ...inScope(plan.leaving, 'leave')];
}

/** A guard stopped some changes. */
export interface Hold {
  reason: HeldReason;
  /** Stable between equal states: fit for a condition. */
  message: string;
}
