/** The cluster of a person: by their kubeconfig, and with their rights. */
import { Plus1Error } from '../../pkg/errors/index.js';
import { Connection } from '../../pkg/kube/index.js';
import { ClusterClient } from '../../pkg/policies/cluster/index.js';
import type { PolicyKey } from '../../pkg/policies/index.js';
import { readClusterEnvironment } from '../plus1/cluster-options.js';
import { systemClock } from '../plus1/clock.js';
import { defined } from '../plus1/defined.js';
import type { CommandIO } from '../plus1/io.js';
import { reporting } from '../plus1/program.js';
import { version } from '../plus1/version.js';

export interface ClusterFlags {
  namespace?: string;
  context?: string;
  kubeconfig?: string;
}

export interface PersonsCluster {
  client: ClusterClient;
  /** Of the flag, else of the context. */
  namespace: string;
}

/** Works on the cluster that the flags name, tells a fault as one line, and returns the exit code. */
export function onCluster(
  { namespace, context, kubeconfig }: ClusterFlags,
  io: CommandIO,
  work: (cluster: PersonsCluster) => Promise<number>,
): Promise<number> {
  return reporting(io, async () => {
    const { source } = readClusterEnvironment(io.env);
    const connection = new Connection({
      source: { ...source, ...defined({ context, kubeconfig }) },
      userAgent: `kubectl-plus1/${version()}`,
      clock: systemClock,
    });
    try {
      const own = namespace ?? (await connection.namespace()) ?? 'default';
      return await work({ client: new ClusterClient(connection), namespace: own });
    } finally {
      await connection.close();
    }
  });
}

/** The policy that was named. Throws PLUS1_USAGE where the flag names another namespace than the name does. */
export function keyOf(name: string, { namespace }: Pick<PersonsCluster, 'namespace'>, flags: ClusterFlags): PolicyKey {
  const [first = '', second, ...more] = name.split('/');
  if (more.length > 0 || first === '' || second === '')
    throw new Plus1Error('PLUS1_USAGE', `found ${JSON.stringify(name)}, allowed: NAME or NAMESPACE/NAME`);
  if (second === undefined) return { namespace, name: first };
  if (flags.namespace !== undefined && flags.namespace !== first)
    throw new Plus1Error('PLUS1_USAGE', `${name}: its namespace is not that of --namespace, ${flags.namespace}`);
  return { namespace: first, name: second };
}
