/** Makes etcd forget its past, through the JSON gateway that it serves beside gRPC: https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/ */

const TIMEOUT_MS = 10_000;

/** Compacts at the revision of this moment, and returns it once the older ones have gone from the disk too. */
export async function compactEtcd(port: number): Promise<string> {
  const { header } = await post(port, 'range', { key: Buffer.from('registry').toString('base64') });
  const revision = header?.revision;
  if (revision === undefined) throw new Error('etcd does not give its revision');
  await post(port, 'compaction', { revision, physical: true });
  return revision;
}

async function post(port: number, call: string, body: object): Promise<{ header?: { revision?: string } }> {
  const response = await fetch(`http://127.0.0.1:${port}/v3/kv/${call}`, {
    method: 'POST',
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`etcd answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as { header?: { revision?: string } };
}
