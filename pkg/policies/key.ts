/** A policy's key, the only thing that queues and logs carry of it. */
export interface PolicyKey {
  namespace: string;
  name: string;
}

/** `namespace/name`, as metrics, logs and messages write it. */
export function keyString(key: PolicyKey): string {
  return `${key.namespace}/${key.name}`;
}

/** The key of `namespace/name`, as `keyString` wrote it. */
export function parseKey(text: string): PolicyKey {
  const slash = text.indexOf('/');
  return { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}
