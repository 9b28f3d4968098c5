/** A policy as the state folder holds it. */
import type { Plus1Policy, PolicyStatus } from '../api/index.js';
import type { Claim } from './claim.js';

/** A policy as it is kept: what was asked, and what came of it. */
export interface StoredPolicy extends Plus1Policy {
  status?: PolicyStatus;
  /**
   * Of a folder: the file that declared it, and the ruleset that it claimed when it was last valid. `isUnproved`: no complete
   * pass has shown since that a memory without a claim is of that ruleset.
   */
  origin?: { file: string; claim?: Claim; isUnproved?: boolean };
}

/** Where no pass has learned anything, whatever the policy was there is nothing to mistake. */
export function isEmptyMemory(status: PolicyStatus = {}): boolean {
  const { organizationID, ruleset, leaving, window, hold, pendingWrite } = status;
  return [organizationID, ruleset, leaving, window, hold, pendingWrite].every((part) => part === undefined);
}
