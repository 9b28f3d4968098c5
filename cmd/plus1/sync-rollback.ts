/** The rollback that a run of `sync` is asked for, or that its policy is held by; and what becomes of the request. */
import type { PolicyStatus } from '../../pkg/api/index.js';
import type { Log } from '../../pkg/base/index.js';
import { knownWriter, realFiles } from '../../pkg/journal/index.js';
import {
  isWaiting,
  requireSameRollback,
  RollbackFolder,
  type PolicyKey,
  type RollbackRequest,
} from '../../pkg/policies/index.js';
import { membersAfter, type PassRecord } from '../../pkg/reconciler/index.js';

export interface SyncRollback {
  /** Empty where none stands. */
  asked: { rollback?: RollbackRequest };
  /** As it was given; a request goes once the status that carried it out is kept. */
  record: PassRecord;
}

interface Run {
  /** The state folder; undefined for a run without a memory. */
  state: string | undefined;
  key: PolicyKey;
  status: PolicyStatus;
  record: PassRecord;
  /** Of the policy, where an earlier run kept it: its journal lies under that. */
  uid: string | undefined;
  /** The root of the journal. */
  journal: string;
  beforeWrite: (() => void) | undefined;
  log: Log;
}

export async function rollbackOf(
  { state, key, status, record, uid, journal: root, beforeWrite, log }: Run,
  signal: AbortSignal,
): Promise<SyncRollback> {
  if (state === undefined) return { asked: {}, record };
  const onFault = (file: string, fault: string): void => log.warn('Rollback request not used', { file, fault });
  const rollbacks = new RollbackFolder({ state, beforeWrite, onFault });
  const rollback = await rollbacks.standing(key, status, signal);
  const keepStatus: PassRecord['keepStatus'] = async (next, deadline) => {
    await record.keepStatus(next, deadline);
    await rollbacks.settle(key, next, deadline);
  };
  // For a dry run, which has no journal of its own.
  const recordedMembers: PassRecord['recordedMembers'] = async (to) => {
    const place = { root, policy: { ...key, uid: uid ?? '' }, known: status.journal?.chain };
    return membersAfter({ ...place, writer: await knownWriter(realFiles, root) }, to, 'rollback');
  };
  const reading = uid === undefined ? record : { ...record, recordedMembers };
  const asked = rollback === undefined ? {} : { rollback };
  if (beforeWrite === undefined) return { asked, record: reading };
  const assertMayWrite: PassRecord['assertMayWrite'] = async (live) => {
    if (isWaiting(rollback, status)) requireSameRollback(rollback, await rollbacks.standing(key, status, signal));
    await record.assertMayWrite(live);
  };
  return { asked, record: { ...reading, keepStatus, assertMayWrite } };
}
