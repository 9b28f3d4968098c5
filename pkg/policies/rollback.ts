/** A rollback as people ask for it: by an annotation of the policy, or by a file beside the state. */
import type { PolicyStatus } from '../api/index.js';
import { Plus1Error } from '../errors/index.js';

/** It stands until it is released. */
export interface RollbackRequest {
  /** A record or a time, as it was written: `912`, `912@plus1-0` or `2026-11-28T04:00:00Z`. */
  to: string;
  /** Why, in the words of the person who asked. */
  reason?: string;
}

/** It stands, and was not carried out yet. */
export function isWaiting(
  rollback: RollbackRequest | undefined,
  { lastHandledRollbackTo }: Pick<PolicyStatus, 'lastHandledRollbackTo'>,
): rollback is RollbackRequest {
  return rollback !== undefined && rollback.to !== lastHandledRollbackTo;
}

/**
 * Throws PLUS1_INTERRUPTED where another rollback, or none, stands now than the one that a pass carries out: who takes it back, or asks
 * for another, means the write that has not been sent yet.
 */
export function requireSameRollback({ to }: RollbackRequest, now: RollbackRequest | undefined): void {
  if (now?.to === to) return;
  const what = now === undefined ? 'taken back' : `replaced by one to ${now.to}`;
  throw new Plus1Error(
    'PLUS1_INTERRUPTED',
    `the rollback to ${to} was ${what} during the pass; nothing more is written`,
  );
}
