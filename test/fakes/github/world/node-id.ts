/** GitHub's global node ids: opaque to clients. Ours carry their key, so that nothing need be indexed. */
export function nodeID(prefix: string, key: string): string {
  return `${prefix}_kw${Buffer.from(key).toString('base64url')}`;
}

/** Undefined for whatever is not one of ours. */
export function parseNodeID(id: string): { prefix: string; key: string } | undefined {
  const match = /^([A-Z]+)_kw([A-Za-z0-9_-]+)$/.exec(id);
  if (!match?.[1] || !match[2]) return undefined;
  const key = Buffer.from(match[2], 'base64url').toString();
  return nodeID(match[1], key) === id ? { prefix: match[1], key } : undefined;
}
