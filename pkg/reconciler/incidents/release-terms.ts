/** What each write of a release must still meet when it leaves. */
import { Plus1Error } from '../../errors/index.js';
import type { OwnedRuleset } from '../../github/index.js';
import type { HeldIsolation } from '../../incident/index.js';
import { APPROVALS_MAX_AGE_MS } from '../pass/act-approvals.js';
import type { Draft } from './draft.js';
import { holdOf } from './hold.js';
import { nowOf, type Means } from './means.js';

/** Each throws where nothing more may be released. */
export interface ReleaseTerms {
  /** To be asked before the reads for a write: of five hundred repositories none is asked about once the first was refused. */
  assertMayGoOn: () => Promise<void>;
  /** To be asked as a write leaves: approvals are read again for each, since who deletes one means the very next. */
  assertMayRelease: () => Promise<void>;
  /** Of a ruleset, as it is right before its deletion: whom somebody put in since was shown to nobody who approved. */
  mayGo: (live: OwnedRuleset) => void;
}

/**
 * The policy may write, nobody changed the incident since, the approvals are there still, and the time can be believed. A release of many
 * repositories takes minutes, and who takes it back means those that are still closed off.
 */
export function releaseTerms(draft: Draft, held: HeldIsolation, means: Means): ReleaseTerms {
  const { pass } = means;
  let { approvals, approvalsMs } = means;
  const assert = async (maxAgeMs: number): Promise<void> => {
    await pass.assertMayWrite();
    pass.requireUnchanged(draft.incident);
    if (nowOf(means) - approvalsMs > maxAgeMs) {
      approvalsMs = nowOf(means);
      approvals = (await pass.approvals()) ?? [];
    }
    const { released } = holdOf(draft, held, { pass, approvals });
    if (!held.leaving.every(({ id }) => released.has(id)))
      throw interrupted('what approved the release does not count any more');
  };
  const named = new Set(held.leaving.map(({ id }) => id));
  return {
    assertMayGoOn: () => assert(APPROVALS_MAX_AGE_MS),
    assertMayRelease: () => assert(-1),
    mayGo: ({ name, members = new Set() }) => {
      const others = [...members].filter((id) => !named.has(id)).length;
      if (others > 0) throw interrupted(`the ruleset ${name} closes off ${others} more than was approved`);
    },
  };
}

const interrupted = (why: string): Plus1Error =>
  new Plus1Error('PLUS1_INTERRUPTED', `${why}; nothing more is released`);
