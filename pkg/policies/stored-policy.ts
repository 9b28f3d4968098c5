/** A policy as the state folder holds it. */
import type { Plus1Policy, PolicyStatus } from '../api/index.js';
import type { Claim } from './claim.js';

/** A policy as it is kept: what was asked, and what came of it. */
export interface StoredPolicy extends Plus1Policy {
  status?: PolicyStatus;
  /**
   * Of a folder: the file that declared it, and the ruleset that it claimed when it was last valid. `isUnproved`: no complete
   * pass has shown since that a memory without a claim is of that ruleset. `keptUntil`: the policy went while its controller ran, and
   * the state lies there for what it protects alone, until then.
   */
  origin?: { file: string; claim?: Claim; isUnproved?: boolean; keptUntil?: string };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id that was made once for the policy; states of older versions have its name in that place. */
export function keptUID(stored: StoredPolicy | undefined): string | undefined {
  const uid = stored?.metadata.uid;
  return uid !== undefined && UUID.test(uid) ? uid : undefined;
}

/** Where no pass has learned anything, whatever the policy was there is nothing to mistake. */
export function isEmptyMemory(status: PolicyStatus = {}): boolean {
  const { organizationID, ruleset, leaving, window, hold, pendingWrite } = status;
  return [organizationID, ruleset, leaving, window, hold, pendingWrite].every((part) => part === undefined);
}
