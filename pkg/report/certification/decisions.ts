/** What people decided in a month: changes of the policy, approvals, rollbacks. */
import { isMapping } from '../../base/index.js';
import { isRecordOf, type WholeRecord } from '../../journal/index.js';
import type { History } from '../history/history.js';
import { settingChanges, type SettingChange } from './settings.js';

interface Recorded {
  time: string;
  chain: string;
  sequence: number;
}

export interface PolicyChange extends Recorded {
  generation: number;
  /** Field manager of the change, in a cluster; null where no record tells who made it. */
  manager: string | null;
  changes: SettingChange[];
}

export interface ApprovalTold extends Recorded {
  approver: string;
  groups: string[];
  kind: string;
  reason: string;
  /** When the person gave it, by their own record. */
  given: string;
  /** Whether Plus1 could prove who gave it. */
  verified: boolean;
  plan_hash: string;
  is_rejected: boolean;
}

export interface RollbackTold extends Recorded {
  /** What was asked for. */
  to: { chain: string; sequence: number; time: string };
  reason: string | null;
  /** Names of those that stayed though the record does not have them. */
  kept: string[];
  missing: number;
}

export interface Decisions {
  policy_changes: PolicyChange[];
  approvals_told: ApprovalTold[];
  rollbacks: RollbackTold[];
}

export function decisionsOf({ notable, end }: Pick<History, 'notable' | 'end'>): Decisions {
  return {
    policy_changes: notable.flatMap(policyChange),
    approvals_told: notable.flatMap(approval),
    rollbacks: notable.flatMap((record) => rollback(record, end.names)),
  };
}

const placeOf = ({ time, chain, seq }: WholeRecord): Recorded => ({ time, chain, sequence: seq });

/** The first sight of a policy changed nothing. */
function policyChange(record: WholeRecord): PolicyChange[] {
  if (!isRecordOf('PolicyChanged', record) || !isMapping(record.data.before)) return [];
  const { generation, before, after, manager } = record.data;
  return [{ ...placeOf(record), generation, manager: manager ?? null, changes: settingChanges(before, after) }];
}

function approval(record: WholeRecord): ApprovalTold[] {
  if (!isRecordOf('ApprovalGiven', record) && !isRecordOf('ApprovalRejected', record)) return [];
  const { approver, groups, kind, reason, time, verified, planHash } = record.data;
  return [
    {
      ...placeOf(record),
      ...{ approver, groups, kind, reason, given: time, verified, plan_hash: planHash },
      is_rejected: record.kind === 'ApprovalRejected',
    },
  ];
}

function rollback(record: WholeRecord, names: ReadonlyMap<number, string>): RollbackTold[] {
  if (!isRecordOf('RolledBack', record)) return [];
  const { to, kept, missing, reason } = record.data;
  const ids: readonly unknown[] = Array.isArray(missing) ? missing : [];
  return [
    {
      ...placeOf(record),
      ...{ to, reason: typeof reason === 'string' ? reason : null, missing: ids.length },
      kept: kept.map((id) => names.get(id) ?? `repository ${id}`).sort(),
    },
  ];
}
