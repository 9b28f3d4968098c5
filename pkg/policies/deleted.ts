/**
 * What a log line says of a policy that was deleted. GitHub is left alone, so this line is the only trace of why a ruleset
 * that is still there is kept by nobody.
 */
import { claimOf } from './claim.js';
import type { PolicyRecord } from './home.js';
import { keyString } from './key.js';
import type { StoredPolicy } from './stored-policy.js';

export const POLICY_DELETED = 'Policy deleted';

/** The fields of that line. */
export function deletedFields({
  key,
  claim: kept,
  policy,
  status,
}: Pick<PolicyRecord, 'key' | 'claim' | 'policy' | 'status'>): Record<string, unknown> {
  const claim = kept ?? (policy && claimOf(policy.spec));
  const members = status.ruleset?.members;
  return {
    policy: keyString(key),
    ...(claim && { organization: claim.organization, ruleset: claim.ruleset }),
    ...(members === undefined ? {} : { members }),
    remains:
      claim === undefined
        ? 'nothing on GitHub: the policy never named an organization'
        : 'the ruleset stays on GitHub and keeps its members; this policy adds and removes none any more',
  };
}

/** The mark of the API server for what is on its way out. It goes when the policy is declared again. */
export function markedDeleted(stored: StoredPolicy, nowMs: number): StoredPolicy {
  return { ...stored, metadata: { ...stored.metadata, deletionTimestamp: new Date(nowMs).toISOString() } };
}

/** True of a policy that went, and whose state is still there. */
export function isMarkedDeleted({ metadata }: Pick<StoredPolicy, 'metadata'>): boolean {
  return metadata['deletionTimestamp'] !== undefined;
}
