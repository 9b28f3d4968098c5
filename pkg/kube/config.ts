/**
 * Where the API server is, and how to sign in: the one file that knows client-node, which does what is tedious about
 * kubeconfigs (contexts, exec plug-ins, OIDC, token files). Its own requests are not used: a connection each, no timeouts.
 * Hazard: what a kubeconfig names (files, commands) is read and run here; it comes from the operator, never from a policy.
 */
import { existsSync } from 'node:fs';
import type { Agent as HTTPAgent } from 'node:http';
import type { AgentOptions, RequestOptions } from 'node:https';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { Plus1Error } from '../errors/index.js';

/** What of the process's environment says where the cluster is; read in cmd. */
export interface ConfigSource {
  /** KUBECONFIG: one or several files. */
  kubeconfig?: string;
  /** True in a pod: its ServiceAccount is used where no kubeconfig is named. */
  inCluster: boolean;
  /** Its `.kube/config` is the last resort. */
  homeFolder?: string;
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
  /** Headers that sign one request; token files and plug-ins are asked again as they expire. */
  authorization(): Promise<Record<string, string>>;
}

/** Reads everything anew, so that nothing of a rejected credential is kept. Throws PLUS1_CLUSTER_CONFIG. */
export async function loadConfig(source: ConfigSource): Promise<ClusterConfig> {
  try {
    return await readConfig(load(source));
  } catch (thrown) {
    if (thrown instanceof Plus1Error) throw thrown;
    // The parser's words may quote the file, or what a plug-in printed, which are credentials: only what the system says of
    // a path is told, and nothing is kept as a cause.
    const code = (thrown as NodeJS.ErrnoException).code;
    const why = typeof code === 'string' ? `it cannot be read: ${code}` : 'it is not valid';
    throw new Plus1Error('PLUS1_CLUSTER_CONFIG', `the configuration of the cluster cannot be used: ${why}`);
  }
}

function load({ kubeconfig, inCluster, homeFolder }: ConfigSource): KubeConfig {
  const config = new KubeConfig();
  const [first, ...others] = (kubeconfig ?? '').split(delimiter).filter((file) => file !== '');
  const own = homeFolder === undefined ? undefined : join(homeFolder, '.kube', 'config');
  if (first !== undefined) {
    config.loadFromFile(first);
    // The first file that names a current context wins, as with kubectl.
    for (const file of others) config.mergeConfig(fromFile(file), Boolean(config.currentContext));
  } else if (inCluster) {
    config.loadFromCluster();
  } else if (own !== undefined && existsSync(own)) {
    config.loadFromFile(own);
  } else {
    throw new Plus1Error('PLUS1_CLUSTER_CONFIG', 'there is no cluster to work with: no kubeconfig, and this is no pod');
  }
  return config;
}

function fromFile(file: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(file);
  return config;
}

async function readConfig(config: KubeConfig): Promise<ClusterConfig> {
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw new Plus1Error('PLUS1_CLUSTER_CONFIG', 'the kubeconfig has no current context, or it names no cluster');
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const namespace = config.getContextObject(config.getCurrentContext())?.namespace?.trim();
  return {
    server: new URL(cluster.server),
    namespace: namespace === '' ? undefined : namespace,
    tls: tlsOf(options),
    peer: peerOf(cluster.server, cluster.proxyUrl),
    proxyAgent: cluster.proxyUrl === undefined ? undefined : (options.agent as HTTPAgent),
    authorization: () => authorization(config),
  };
}

function peerOf(server: string, proxy: string | undefined): string {
  return proxy !== undefined && URL.canParse(proxy) ? `the proxy ${new URL(proxy).host}` : new URL(server).host;
}

function tlsOf({ ca, cert, key, pfx, passphrase, rejectUnauthorized, servername }: RequestOptions): AgentOptions {
  const given = { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

async function authorization(config: KubeConfig): Promise<Record<string, string>> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const headers = (options.headers ?? {}) as Record<string, string>;
  const basic = typeof options.auth === 'string' ? Buffer.from(options.auth).toString('base64') : undefined;
  return {
    // A token file that was written by hand ends in a line break, which no header may hold.
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value).trim()])),
    ...(basic === undefined ? {} : { Authorization: `Basic ${basic}` }),
  };
}
