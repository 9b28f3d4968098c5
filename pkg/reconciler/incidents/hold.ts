/** What of an incident waits for an approval, and what one released. */
import { durationMs } from '../../api/index.js';
import {
  approvalVerdicts,
  countingApprovers,
  coveredBy,
  holdTimes,
  releasingIDs,
  type ApprovalVerdict,
  type Covered,
} from '../../governance/index.js';
import { holdStatus, type HeldIsolation } from '../../incident/index.js';
import { isTrusted } from '../pass/trusted-time.js';
import type { Draft } from './draft.js';
import type { Means } from './means.js';

export interface HoldSight {
  held: HeldIsolation;
  /** Ids of those that an approval lets pass. */
  released: ReadonlySet<number>;
  /** Once it is known what became of them. `isDone`: all that was approved was written and proved. */
  verdicts: (isDone: boolean) => ApprovalVerdict[];
  /** Sets what waits. */
  hold: () => void;
}

/**
 * Who may pass now. Nothing that weakens passes by a time that cannot be trusted, nor in a pass that failed before it saw anything: of such
 * a one nothing has compared its time with GitHub's, or found out whether the policy still has its ruleset.
 */
export function holdOf(draft: Draft, held: HeldIsolation, means: Pick<Means, 'pass' | 'approvals'>): HoldSight {
  const { pass } = means;
  const { approval } = pass.request.policy.spec.guards;
  const { time } = pass.deps.reader;
  const now = time.now();
  const timeoutMs = durationMs(approval.timeout);
  const before = draft.incident.status.hold;
  const isSame = before?.reason === held.reason;
  const terms = { rules: approval, hold: isSame ? holdTimes(before, { timeoutMs, now }) : undefined, now };
  const covered = coveredBy(held);
  const pairsOf = (hash: string): readonly Covered[] | undefined => (hash === held.planHash ? covered : undefined);
  const given = means.approvals.filter(({ planHash }) => planHash === held.planHash);
  const isBelieved = held.leaving.length === 0 || (pass.seen !== undefined && !pass.isSkewed && isTrusted(time));
  const approved = isBelieved ? covered.filter((change) => releasingIDs(given, pairsOf, terms, [change]).size > 0) : [];
  const verdicts = (isDone: boolean): ApprovalVerdict[] =>
    approvalVerdicts(given, pairsOf, terms, { approved, isWritten: isDone, isHeld: !isDone });
  return {
    ...{ held, verdicts, released: new Set(approved.map(({ id }) => id)) },
    hold: () => {
      const approvals = countingApprovers(verdicts(false));
      draft.hold = holdStatus(held, { before, timeoutMs, now, approvals });
    },
  };
}
