/** Objects as the API server tells them, and what they go by. */

/** A custom object, as far as it is looked into; nothing of `spec` and `status` is believed yet. */
export interface KubeObject {
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    resourceVersion: string;
    generation?: number;
    /** RFC 3339. */
    creationTimestamp?: string;
    /** Set while finalizers of others still hold the object. */
    deletionTimestamp?: string;
    annotations?: Record<string, string>;
    managedFields?: ManagedFields[];
  };
  spec?: unknown;
  status?: unknown;
}

/** Which fields of an object are whose: https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management */
export interface ManagedFields {
  manager?: string;
  operation?: string;
  subresource?: string;
  /** RFC 3339. */
  time?: string;
  fieldsV1?: unknown;
}

/** Of a namespaced object. */
export interface ObjectKey {
  namespace: string;
  name: string;
}

/** `namespace/name`, as messages and log lines write it. */
export function keyText({ namespace, name }: ObjectKey): string {
  return `${namespace}/${name}`;
}
