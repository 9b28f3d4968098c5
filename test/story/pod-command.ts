/** What a kubelet would start for a pod of the chart. Its fields are read from the API server, not from the chart's text. */
import type { Cluster } from '../e2e/support/cluster.js';
import { eventually } from '../e2e/support/eventually.js';

interface Pod {
  metadata: { name: string; namespace: string };
  spec: {
    serviceAccountName: string;
    containers: { args?: string[]; env?: { name: string; value?: string; valueFrom?: unknown }[] }[];
  };
}

export interface PodCommand {
  args: string[];
  env: Record<string, string>;
}

/** Waits until the controller manager has made the pod. */
export async function podCommand(cluster: Cluster, name: string, namespace: string): Promise<PodCommand> {
  const pod = await eventually(
    async () => {
      const ran = await cluster.kubectl('get', 'pod', name, '-n', namespace, '-o', 'json', { mayFail: true });
      return ran.code === 0 && (JSON.parse(ran.stdout) as Pod);
    },
    { what: `pod ${name}` },
  );
  const [container] = pod.spec.containers;
  const env = Object.fromEntries((container?.env ?? []).map(({ name: key, value }) => [key, value ?? namespace]));
  return { args: container?.args ?? [], env };
}
