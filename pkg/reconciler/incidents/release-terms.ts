/** What each write of a release must still meet when it leaves. */
import { Plus1Error } from '../../errors/index.js';
import type { HeldIsolation } from '../../incident/index.js';
import { APPROVALS_MAX_AGE_MS } from '../pass/act-approvals.js';
import type { Draft } from './draft.js';
import { holdOf } from './hold.js';
import { nowOf, type Means } from './means.js';

/**
 * To be asked before each of them: the policy may write, nobody changed the incident since, the approvals are there still, and the time can
 * be believed. A release of many repositories takes minutes, and who takes it back means those that are still closed off. Throws.
 */
export function releaseTerms(draft: Draft, held: HeldIsolation, means: Means): () => Promise<void> {
  const { pass } = means;
  let { approvals, approvalsMs } = means;
  return async () => {
    await pass.assertMayWrite();
    pass.requireUnchanged(draft.incident);
    if (nowOf(means) - approvalsMs > APPROVALS_MAX_AGE_MS) {
      approvalsMs = nowOf(means);
      approvals = (await pass.approvals()) ?? [];
    }
    const { released } = holdOf(draft, held, { pass, approvals });
    if (held.leaving.every(({ id }) => released.has(id))) return;
    throw new Plus1Error(
      'PLUS1_INTERRUPTED',
      'what approved the release does not count any more; nothing more is released',
    );
  };
}
