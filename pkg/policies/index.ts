/**
 * Where policies live: their documents, their state between passes, and the Secrets they name. The home in a cluster is opened
 * by `cluster/index.ts`.
 */
export { CacheFolder } from './cache.js';
export { claimOf, hostOf, writtenClaim, type Claim } from './claim.js';
export { deletedFields, isMarkedDeleted, POLICY_DELETED } from './deleted.js';
export { readPolicyDocuments, type PolicyDocument } from './document.js';
export { heldState } from './folder-entry.js';
export { FolderHome, type FolderHomeOptions } from './folder-home.js';
export type { HeldPolicy, PolicyEvent, PolicyHome } from './home.js';
export { inForce } from './in-force.js';
export { keyString, parseKey, type PolicyKey } from './key.js';
export { statesAlone, type StatesAlone } from './other-states.js';
export { readPolicyFile, type PolicyFile } from './policy-file.js';
export { SecretFolder, type Secret, type SecretReader } from './secrets.js';
export { StateLock, type LockClock, type StateLockOptions } from './state-lock.js';
export { StateFolder, type StoredPolicies } from './state.js';
export { isEmptyMemory, type StoredPolicy } from './stored-policy.js';
