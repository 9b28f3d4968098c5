/** One look at one policy: the unit of the loop. */
import type { Plus1Policy } from '../../api/index.js';
import type { Log } from '../../base/index.js';
import type { ReconcileContext } from '../../controller/index.js';
import { keyString, type PolicyRecord, type PolicyHome, type PolicyKey } from '../../policies/index.js';
import type { Call } from './hints.js';

export interface Look extends ReconcileContext {
  record: PolicyRecord;
}

/** A look that comes to a pass: the policy is a valid one. */
export interface PassLook extends Look {
  record: PolicyRecord & { policy: Plus1Policy };
  /** Known once its pass has begun, where a hint called for it. */
  call?: Call | undefined;
}

/** The policy as its home knows it now. */
export function findPolicy(home: Pick<PolicyHome, 'list'>, { namespace, name }: PolicyKey): PolicyRecord | undefined {
  return home.list().find((each) => each.key.name === name && each.key.namespace === namespace);
}

/** Empty where the policy never named one. A wrong policy is published too, or its last good values would stand for ever. */
export const organizationOf = ({ claim, policy }: PolicyRecord): string =>
  policy?.spec.organization ?? claim?.organization ?? '';

/** The log of a look: each line has what a search for the policy or the look needs. */
export function lookLog(log: Log, { record: { key, policy }, reconcileID }: Look): Log {
  const organization = policy?.spec.organization;
  return log.with({ policy: keyString(key), ...(organization && { organization }), reconcileID });
}
