/** A stored policy as a cluster would show it. */
import { isDeepStrictEqual } from 'node:util';
import { claimOf, keptClaim } from '../claim.js';
import type { StoredPolicy } from '../stored-policy.js';

/**
 * Where a policy came from belongs to the folder, not to the object. An organization, address or ruleset that was refused as
 * immutable is not in force, and a cluster would not have taken it: what is shown is what the memory is about.
 */
export function inForce({ origin, ...policy }: StoredPolicy): StoredPolicy {
  const { spec } = policy;
  const [kept, written] = [keptClaim({ origin, spec }), claimOf(spec)];
  if (kept === undefined || isDeepStrictEqual(kept, written)) return policy;
  const changed = {
    ...spec,
    organization: kept.organization,
    ...(kept.apiURL === written?.apiURL ? {} : { github: { ...spec.github, apiURL: kept.apiURL } }),
    ...(kept.ruleset === written?.ruleset ? {} : { ruleset: { ...spec.ruleset, name: kept.ruleset } }),
  };
  return { ...policy, spec: changed };
}
