/** A custom object as the API server tells it, as far as it is looked into; nothing of `spec` and `status` is believed yet. */
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
  };
  spec?: unknown;
  status?: unknown;
}
