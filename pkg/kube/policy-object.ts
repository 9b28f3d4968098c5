/** A policy as the API server tells it, as the loop knows policies. Its status is kept as read: the server has checked it. */
import { API_VERSION, KIND, parsePolicy } from '../api/index.js';
import { writtenClaim, type HeldPolicy, type PolicyKey } from '../policies/index.js';
import type { KubeObject } from './kube-object.js';

/** The annotation that asks for a pass now; its value is echoed in the status. */
export const RECONCILE_AT = 'plus1.dev/reconcile-at';

const ROOT = `/apis/${API_VERSION}`;
const PLURAL = 'plus1policies';

/** Of the collection, in one namespace or all. */
export function policiesPath(namespace: string | undefined): string {
  return namespace === undefined
    ? `${ROOT}/${PLURAL}`
    : `${ROOT}/namespaces/${encodeURIComponent(namespace)}/${PLURAL}`;
}

export function statusPath({ namespace, name }: PolicyKey): string {
  return `${policiesPath(namespace)}/${encodeURIComponent(name)}/status`;
}

export function heldPolicy({ metadata, spec, status }: KubeObject): HeldPolicy {
  const { name, namespace, uid, generation = 1, creationTimestamp, annotations } = metadata;
  const parsed = parsePolicy({
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name, namespace, uid, generation, ...(annotations && { annotations }) },
    spec,
  });
  const created = Date.parse(creationTimestamp ?? '');
  const reconcileAt = annotations?.[RECONCILE_AT];
  // Right or wrong: a policy that this version cannot read keeps its ruleset from others all the same.
  const claim = writtenClaim(spec);
  return {
    key: { namespace, name },
    ...(parsed.ok ? { policy: parsed.policy, faults: [] } : { faults: parsed.faults }),
    generation,
    // Of two policies the older one rules: one without a time must not win by it.
    createdMs: Number.isNaN(created) ? Number.MAX_SAFE_INTEGER : created,
    uid,
    status: status ?? {},
    ...(claim && { claim }),
    ...(reconcileAt === undefined ? {} : { reconcileAt }),
  };
}
