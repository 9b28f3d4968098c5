/** Which flags of `controller` go together, and what of the environment says where the cluster is. */
import type { ConfigSource } from '../../pkg/kube/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import type { ControllerFlags } from './controller-options.js';
import { defined } from './defined.js';
import type { CommandIO } from './io.js';

type Flags = Pick<
  ControllerFlags,
  'credentials' | 'namespace' | 'allNamespaces' | 'leaderElect' | 'approvalsVerified'
> & {
  policies: string | undefined;
};

/** Throws PLUS1_USAGE. A flag that would be without effect is refused: the person who gave it counts on it. */
export function checkSource({ policies, credentials, namespace, allNamespaces, ...flags }: Flags): void {
  const cluster = [
    ...(namespace.length > 0 ? ['--namespace'] : []),
    ...(allNamespaces ? ['--all-namespaces'] : []),
    ...(flags.leaderElect ? ['--leader-elect'] : []),
    ...(flags.approvalsVerified ? ['--approvals-verified'] : []),
  ];
  if (policies !== undefined && cluster[0] !== undefined)
    throw new Plus1Error('PLUS1_USAGE', `${cluster[0]}: not together with --policies, which is for a folder`);
  if (policies === undefined && credentials !== undefined)
    throw new Plus1Error('PLUS1_USAGE', '--credentials: only together with --policies; a cluster has Secrets');
  if (namespace.length > 0 && allNamespaces)
    throw new Plus1Error('PLUS1_USAGE', '--namespace: not together with --all-namespaces');
  const wrong = namespace.find((name) => !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name));
  if (wrong !== undefined)
    throw new Plus1Error('PLUS1_USAGE', `--namespace: found ${JSON.stringify(wrong)}, allowed: a lower-case DNS label`);
}

export interface ClusterEnvironment {
  source: ConfigSource;
  /** POD_NAMESPACE. */
  podNamespace?: string;
}

/** An empty variable counts as unset. */
export function readClusterEnvironment(env: CommandIO['env']): ClusterEnvironment {
  const text = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  return {
    source: {
      // Set by the kubelet in every pod.
      inCluster: text('KUBERNETES_SERVICE_HOST') !== undefined,
      ...defined({ kubeconfig: text('KUBECONFIG'), homeFolder: text('HOME') }),
      env,
      now: Date.now,
    },
    ...defined({ podNamespace: text('POD_NAMESPACE') }),
  };
}
