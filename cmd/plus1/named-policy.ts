/** One policy of the cluster that this pod belongs to, with its Secrets. Loads the Kubernetes client. */
import type { Plus1Policy } from '../../pkg/api/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import { Connection } from '../../pkg/kube/index.js';
import { ClusterClient, ClusterSecrets } from '../../pkg/policies/cluster/index.js';
import type { SecretReader } from '../../pkg/policies/index.js';
import { readClusterEnvironment } from './cluster-options.js';
import { systemClock } from './clock.js';
import type { CommandIO } from './io.js';
import { version } from './version.js';

export interface NamedPolicy {
  policy: Plus1Policy;
  secrets: SecretReader;
  close: () => Promise<void>;
}

/** `NAME` is one of the pod's namespace. Throws PLUS1_NOT_KNOWN, PLUS1_POLICY_INVALID, PLUS1_CLUSTER_…. */
export async function openNamedPolicy(name: string, io: CommandIO): Promise<NamedPolicy> {
  const { source, podNamespace = 'default' } = readClusterEnvironment(io.env);
  const connection = new Connection({ source, userAgent: `plus1/${version()}`, clock: systemClock });
  const close = (): Promise<void> => connection.close();
  try {
    const [first = '', second] = name.split('/');
    const key = second === undefined ? { namespace: podNamespace, name: first } : { namespace: first, name: second };
    const { policy, faults } = await new ClusterClient(connection).policy(key, io.signal);
    if (policy === undefined) throw new Plus1Error('PLUS1_POLICY_INVALID', `the policy ${name}: ${faults.join('; ')}`);
    const secrets = new ClusterSecrets({ connection, clock: systemClock, random: io.random });
    return { policy, secrets, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}
