/** Waits until the API server serves CRDs. */
import type { Cluster } from './cluster.js';
import { eventually } from './eventually.js';

/**
 * `crds`: their names, such as `plus1policies.plus1.dev`. Asks again where kubectl gives up at once: in the instant after its creation a CRD
 * has no list of conditions, and `kubectl wait` ends with `.status.conditions accessor error: <nil> is of the type <nil>`.
 */
export async function established(cluster: Pick<Cluster, 'kubectl'>, ...crds: string[]): Promise<void> {
  const line = ['wait', '--for=condition=Established', '--timeout=30s', ...crds.map((name) => `crd/${name}`)];
  await eventually(async () => (await cluster.kubectl(...line)).stdout !== '', {
    what: `${crds.join(', ')} to be served`,
    timeoutMs: 60_000,
  });
}
