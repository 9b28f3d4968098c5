/** A policy as the API server tells it, as the loop knows policies. Its status is kept as read: the server has checked it. */
import { API_VERSION, KIND, parsePolicy } from '../../api/index.js';
import type { KubeObject, ManagedFields, Resource } from '../../kube/index.js';
import { at, claimOf } from '../claim.js';
import type { PolicyRecord } from '../home.js';
import type { RollbackRequest } from '../rollback.js';

const [group = '', version = ''] = API_VERSION.split('/');

export const POLICIES: Resource = {
  ...{ group, version, kind: KIND, plural: 'plus1policies' },
  words: { one: 'policy', many: 'policies' },
};

/** The annotation that asks for a pass now; its value is echoed in the status. */
const RECONCILE_AT = 'plus1.dev/reconcile-at';

/** The annotations that ask for a rollback. It is released when the first one is removed. */
export const ROLLBACK_TO = 'plus1.dev/rollback-to';
export const ROLLBACK_REASON = 'plus1.dev/rollback-reason';

export function heldPolicy({ metadata, spec, status }: KubeObject): PolicyRecord {
  const { name, namespace, uid, generation = 1, creationTimestamp, annotations, managedFields } = metadata;
  const parsed = parsePolicy({
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name, namespace, uid, generation, ...(annotations && { annotations }) },
    spec,
  });
  const created = Date.parse(creationTimestamp ?? '');
  const reconcileAt = annotations?.[RECONCILE_AT];
  const rollback = rollbackOf(annotations);
  const manager = specManager(managedFields);
  // Right or wrong: a policy that this version cannot read keeps its ruleset from others all the same.
  const claim = claimOf(spec);
  return {
    key: { namespace, name },
    ...(parsed.ok ? { policy: parsed.policy, faults: [] } : { faults: parsed.faults }),
    generation,
    // Of two policies the older one rules: one without a time must not win by it.
    createdMs: Number.isNaN(created) ? Number.MAX_SAFE_INTEGER : created,
    uid,
    recordUID: uid,
    ...(manager === undefined ? {} : { manager }),
    status: status ?? {},
    ...(claim && { claim }),
    ...(reconcileAt === undefined ? {} : { reconcileAt }),
    ...(rollback && { rollback }),
  };
}

function rollbackOf(annotations: Readonly<Record<string, string>> = {}): RollbackRequest | undefined {
  const { [ROLLBACK_TO]: to, [ROLLBACK_REASON]: reason } = annotations;
  return to === undefined ? undefined : { to, ...(reason !== undefined && { reason }) };
}

/** Who last changed the spec: of several that have a part of it, the one with the latest time. */
function specManager(entries: readonly ManagedFields[] | undefined): string | undefined {
  const ofSpec = (entries ?? []).filter(
    ({ subresource, fieldsV1 }) => subresource === undefined && at(fieldsV1, ['f:spec']) !== undefined,
  );
  return ofSpec.sort((a, b) => ((a.time ?? '') < (b.time ?? '') ? -1 : 1)).at(-1)?.manager;
}

/** What calls for a look. A status alone does not: each of our own writes would call for the next pass. */
export function isNews(before: PolicyRecord, now: PolicyRecord): boolean {
  return (
    before.generation !== now.generation ||
    before.reconcileAt !== now.reconcileAt ||
    before.rollback?.to !== now.rollback?.to
  );
}
