/** What the journal is told of a set. Pure. */
import { membersHash } from '../../base/index.js';
import type { Plus1Error } from '../../errors/index.js';
import type { ApprovalVerdict, HeldChanges } from '../../governance/index.js';
import type { Data, Entry } from '../../journal/index.js';
import { toldApproval } from '../journal/approvals.js';
import type { AssignedItem, AssignedSet } from './assigned-set.js';
import type { PlannedSet } from './plan-set.js';

type Of = Pick<AssignedSet, 'assignment' | 'target'>;

const about = ({ assignment, target }: Of): { assignment: string; target: string } => ({
  assignment: assignment.name,
  target,
});

const told = ({ id, name, status, reason }: AssignedItem): Data<'WriteIntended'>['enter'][number] => ({
  ...{ id, name, status, reason },
});

export function setIntended<T extends AssignedItem>(
  of: Of,
  live: ReadonlyMap<number, T>,
  { decision, ids }: PlannedSet<T>,
): Entry {
  return {
    kind: 'WriteIntended',
    data: {
      ...{ ...about(of), planHash: decision.whole.hash },
      ...{ enter: decision.entered.map(told), leave: decision.left.map(told) },
      ...{ membersBefore: live.size, membersAfter: ids.length },
      ...{ hashBefore: membersHash(live.keys()), hashAfter: membersHash(ids) },
    },
  };
}

/** `found`: as it was read after it; absent where it could not be read. */
export function setWritten(
  of: Of,
  planHash: string,
  {
    isProved,
    found,
    error,
  }: { isProved: boolean; found?: Iterable<number> | undefined; error?: Plus1Error | undefined },
): Entry {
  return {
    kind: isProved ? 'WriteProved' : 'WriteUnproved',
    data: {
      ...{ ...about(of), planHash },
      ...(found !== undefined && { hashAfter: membersHash(found) }),
      error: isProved || error === undefined ? null : `${error.code}: ${error.message}`,
    },
  };
}

/** Of a plan that is held, or of what an approval let pass of one. */
export function setHeld(
  of: Of,
  kind: 'PlanHeld' | 'PlanReleased',
  {
    plan,
    reason,
    approvals,
  }: { plan: HeldChanges<AssignedItem>; reason: string; approvals: readonly ApprovalVerdict[] },
): Entry {
  return {
    kind,
    data: {
      ...{ ...about(of), planHash: plan.hash, reason },
      ...{ leave: plan.leaving.map(told), enter: plan.entering.map(told), approvals: approvals.map(toldApproval) },
    },
  };
}
