/** Where approvals live: files beside the state, or objects of a cluster. */
import type { ApprovalStatus, Plus1Approval } from '../api/index.js';
import type { PolicyKey } from './key.js';

export interface StoredApproval {
  object: Plus1Approval;
  /** Its home proved who approved, and with which groups. */
  verified: boolean;
  /** Anybody who may make one may claim any group: groups do not count. */
  isClaim: boolean;
}

export interface ApprovalHome {
  /** True where anybody may claim any name and any group: groups and an Emergency count for nothing. */
  readonly areClaims: boolean;
  /** Those of one policy that are there now. One that cannot be read is not among them, and is told of in the log. */
  list(key: PolicyKey, signal: AbortSignal): Promise<StoredApproval[]>;
  /** Keeps what became of one. Where it went, or another has its name, nothing is kept. */
  setStatus(
    key: PolicyKey,
    of: { name: string; uid: string },
    status: ApprovalStatus,
    signal: AbortSignal,
  ): Promise<void>;
}
