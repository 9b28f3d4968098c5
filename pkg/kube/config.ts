/**
 * Where the API server is, and how to sign in: by kubeconfig files as kubectl reads them, or by the account of the pod. What
 * cannot be done as kubectl does it is refused with the name of the field.
 * Hazard: what a kubeconfig names (files, commands) is read and run here; it comes from the operator, never from an object of the cluster.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Agent as HTTPAgent } from 'node:http';
import type { AgentOptions } from 'node:https';
import { isIPv6 } from 'node:net';
import { delimiter, join } from 'node:path';
import { endpointOf, proxyAgentOf } from './kubeconfig-cluster.js';
import { configFault, Entry } from './kubeconfig-entry.js';
import { readKubeconfigs, type Chosen } from './kubeconfig.js';
import { signerOf, type Credential } from './kubeconfig-user.js';

/** What of the process's environment says where the cluster is; read in cmd. */
export interface ConfigSource {
  /** KUBECONFIG: one or several files. */
  kubeconfig?: string;
  /** The context to use of it, in place of its current one. */
  context?: string;
  /** True in a pod: its ServiceAccount is used where no kubeconfig is named. */
  inCluster: boolean;
  /** Its `.kube/config` is the last resort. */
  homeFolder?: string;
  /** Where the API server of the pod is; and what credential plug-ins inherit. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Where the account of the pod is. Default: where the kubelet puts it. */
  accountFolder?: string;
  /** Unix ms, for credentials that expire. Without it none of them is kept. */
  now?: () => number;
}

/** One context of one kubeconfig. */
export interface ClusterConfig {
  server: URL;
  /** Of the context, or of the pod. */
  namespace: string | undefined;
  tls: AgentOptions;
  /** Set where the kubeconfig names a proxy for the API server. */
  proxyAgent: HTTPAgent | undefined;
  /** What is connected to, for messages: host and port, and nothing else of an address. */
  peer: string;
  /** What signs one request; token files and plug-ins are asked again as they expire. Throws PLUS1_CLUSTER_CONFIG. */
  credential(): Promise<Credential>;
}

/** https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/#directly-accessing-the-rest-api */
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Reads everything again, so that nothing of a rejected credential is kept, and gets a credential once, so that one that
 * cannot be had is heard of at the start. `life`: ends plug-ins that run. Throws PLUS1_CLUSTER_CONFIG.
 */
export async function loadConfig(source: ConfigSource, life: AbortSignal): Promise<ClusterConfig> {
  const { cluster, user, namespace } = await choose(source, life);
  const endpoint = await endpointOf(cluster, user);
  const { server, tls, proxy, execInfo } = endpoint;
  const signer = signerOf(user, { env: source.env ?? {}, now: source.now, cluster: execInfo, life });
  // kubectl sends no credential there, and is then told that it may do nothing.
  if (server.protocol === 'http:' && signer.secret && tls.rejectUnauthorized !== false)
    throw cluster.fault(
      'server',
      'over http everybody on the way could read the credential; use https, or set insecure-skip-tls-verify where that is meant',
    );
  await signer.credential();
  return {
    server,
    namespace: namespace === '' ? undefined : namespace,
    tls,
    peer: proxy === undefined ? server.host : `the proxy ${proxy.host}`,
    proxyAgent: await proxyAgentOf(endpoint),
    credential: () => signer.credential(),
  };
}

async function choose(source: ConfigSource, life: AbortSignal): Promise<Chosen> {
  const { kubeconfig, inCluster, homeFolder, context } = source;
  const files = (kubeconfig ?? '').split(delimiter).filter((file) => file !== '');
  if (files.length > 0) return readKubeconfigs(files, { life, context });
  if (inCluster) return podAccount(source);
  const own = homeFolder === undefined ? undefined : join(homeFolder, '.kube', 'config');
  if (own !== undefined && existsSync(own)) return readKubeconfigs([own], { life, context });
  throw configFault('there is no cluster to work with: no kubeconfig, and this is no pod');
}

/** The account of the pod, as if a kubeconfig named its files. */
async function podAccount({ env = {}, accountFolder = ACCOUNT }: ConfigSource): Promise<Chosen> {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = env;
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const file = join(accountFolder, 'token');
  const cluster = new Entry('the cluster of the pod', file, { server, 'certificate-authority': 'ca.crt' });
  const user = new Entry('the ServiceAccount of the pod', file, { tokenFile: 'token' });
  const namespace = await readFile(join(accountFolder, 'namespace'), 'utf8').catch(() => undefined);
  return { cluster, user, namespace: namespace?.trim() };
}
