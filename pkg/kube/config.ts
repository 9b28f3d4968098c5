/**
 * Where the API server is, and how to sign in: the one file that knows client-node, which does what is tedious about
 * kubeconfigs (contexts, exec plug-ins, OIDC, token files). Its own requests are not used: a connection each, no timeouts.
 * Hazard: what a kubeconfig names (files, commands) is read and run here; it comes from the operator, never from a policy.
 */
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Agent as HTTPAgent } from 'node:http';
import type { AgentOptions, RequestOptions } from 'node:https';
import { delimiter, dirname, join, resolve } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
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
    const { config, files } = load(source);
    return await readConfig(config, tokenFileOf(config, files));
  } catch (thrown) {
    if (thrown instanceof Plus1Error) throw thrown;
    // The parser's words may quote the file, or what a plug-in printed, which are credentials: only what the system says of
    // a path is told, and nothing is kept as a cause.
    const code = (thrown as NodeJS.ErrnoException).code;
    const why = typeof code === 'string' ? `it cannot be read: ${code}` : 'it is not valid';
    throw new Plus1Error('PLUS1_CLUSTER_CONFIG', `the configuration of the cluster cannot be used: ${why}`);
  }
}

function load({ kubeconfig, inCluster, homeFolder }: ConfigSource): { config: KubeConfig; files: string[] } {
  const config = new KubeConfig();
  const named = (kubeconfig ?? '').split(delimiter).filter((file) => file !== '');
  // Of several files kubectl passes over those that are not there.
  const files =
    named.length > 1 && named.some((file) => existsSync(file)) ? named.filter((file) => existsSync(file)) : named;
  const [first, ...others] = files;
  const own = homeFolder === undefined ? undefined : join(homeFolder, '.kube', 'config');
  if (first !== undefined) {
    config.loadFromFile(first);
    // The first file that names a current context wins, as with kubectl.
    for (const file of others) config.mergeConfig(fromFile(file), Boolean(config.currentContext));
  } else if (inCluster) {
    config.loadFromCluster();
  } else if (own !== undefined && existsSync(own)) {
    config.loadFromFile(own);
    return { config, files: [own] };
  } else {
    throw new Plus1Error('PLUS1_CLUSTER_CONFIG', 'there is no cluster to work with: no kubeconfig, and this is no pod');
  }
  return { config, files };
}

/**
 * The file that holds the token of the current user: client-node does not know `tokenFile`, and would ask without any
 * credential. Relative to the kubeconfig; of several files the first that has the user counts.
 * https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#AuthInfo
 */
function tokenFileOf(config: KubeConfig, files: readonly string[]): string | undefined {
  const name = config.getCurrentUser()?.name;
  for (const file of files) {
    const { users } = (parse(readFileSync(file, 'utf8')) ?? {}) as {
      users?: { name?: string; user?: { tokenFile?: unknown } | null }[] | null;
    };
    const found = users?.find((each) => each.name === name);
    if (found === undefined) continue;
    const tokenFile = found.user?.tokenFile;
    return typeof tokenFile === 'string' && tokenFile !== '' ? resolve(dirname(file), tokenFile) : undefined;
  }
  return undefined;
}

function fromFile(file: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(file);
  return config;
}

async function readConfig(config: KubeConfig, tokenFile: string | undefined): Promise<ClusterConfig> {
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
    authorization: () => authorization(config, tokenFile),
  };
}

function peerOf(server: string, proxy: string | undefined): string {
  return proxy !== undefined && URL.canParse(proxy) ? `the proxy ${new URL(proxy).host}` : new URL(server).host;
}

function tlsOf({ ca, cert, key, pfx, passphrase, rejectUnauthorized, servername }: RequestOptions): AgentOptions {
  const given = { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

async function authorization(config: KubeConfig, tokenFile: string | undefined): Promise<Record<string, string>> {
  // Read each time: it is replaced as it expires. It wins over a token in the kubeconfig, as with kubectl.
  if (tokenFile !== undefined) return { Authorization: `Bearer ${(await readFile(tokenFile, 'utf8')).trim()}` };
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
