/** A policy's key, the only thing that queues and logs carry of it. */
export interface PolicyKey {
  namespace: string;
  name: string;
}

/** `namespace/name`, as metrics, logs and messages write it. */
export function keyString(key: PolicyKey): string {
  return `${key.namespace}/${key.name}`;
}
