/**
 * Where policies live: their documents, their state between passes, and the Secrets they name. The home in a cluster is opened
 * by `cluster/index.ts`.
 */
export type { ApprovalHome, StoredApproval } from './approvals.js';
export { ApprovalFolder } from './folder/approvals.js';
export { CacheFolder, type ListRewrite } from './cache.js';
export { claimOf, hostOf, type Claim } from './claim.js';
export { deletedFields, isMarkedDeleted, POLICY_DELETED } from './deleted.js';
export { declaredIn } from './folder/declared.js';
export {
  MAX_POLICY_BYTES,
  readDocuments,
  readPolicyDocuments,
  type InputDocument,
  type PolicyDocument,
} from './folder/document.js';
export { heldState } from './folder/entry.js';
export { EvidenceFolder } from './folder/evidence.js';
export { FolderHome, type FolderHomeOptions } from './folder/home.js';
export { isSamePolicy, type PolicyIdentity, type PolicyRecord, type PolicyEvent, type PolicyHome } from './home.js';
export { FolderInputs } from './folder/inputs.js';
export { InputState, type StoredInput } from './folder/input-state.js';
export { inForce } from './folder/in-force.js';
export { inputRef, type BrokenInput, type InputHome, type InputRef, type PolicyInputs } from './inputs.js';
export { keyString, parseKey, type PolicyKey } from './key.js';
export { statesAlone } from './folder/other-states.js';
export { readPolicyFile } from './folder/policy-file.js';
export { RollbackFolder } from './folder/rollbacks.js';
export { PackedItems } from './packed-items.js';
export { isWaiting, requireSameRollback, type RollbackRequest } from './rollback.js';
export { SecretFolder } from './folder/secrets.js';
export type { Secret, SecretReader } from './secret.js';
export { StateLock, type StateLockOptions } from './folder/state-lock.js';
export { StateFolder, type StoredPolicies } from './folder/state.js';
export { isEmptyMemory, keptUID, type StoredPolicy } from './stored-policy.js';
export { judgeObjects } from './folder/judge-objects.js';
