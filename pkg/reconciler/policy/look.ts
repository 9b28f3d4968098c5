/** One look at one policy: the unit of the loop. */
import type { Plus1Policy } from '../../api/index.js';
import type { Log } from '../../base/index.js';
import type { ReconcileContext } from '../../controller/index.js';
import { keyString, type HeldPolicy, type PolicyHome, type PolicyKey } from '../../policies/index.js';

export interface Look extends ReconcileContext {
  held: HeldPolicy;
}

/** A look that comes to a pass: the policy is a valid one. */
export interface PassLook extends Look {
  held: HeldPolicy & { policy: Plus1Policy };
}

/** The policy as its home knows it now. */
export function findPolicy(home: Pick<PolicyHome, 'list'>, { namespace, name }: PolicyKey): HeldPolicy | undefined {
  return home.list().find((each) => each.key.name === name && each.key.namespace === namespace);
}

/** Empty where the policy never named one. A wrong policy is published too, or its last good values would stand for ever. */
export const organizationOf = ({ claim, policy }: HeldPolicy): string =>
  policy?.spec.organization ?? claim?.organization ?? '';

/** The log of a look: each line has what a search for the policy or the look needs. */
export function lookLog(log: Log, { held: { key, policy }, reconcileID }: Look): Log {
  const organization = policy?.spec.organization;
  return log.with({ policy: keyString(key), ...(organization && { organization }), reconcileID });
}
