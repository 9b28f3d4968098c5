/** Where the API server is and whom to trust, by a cluster of a kubeconfig and the client certificate of its user. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Agent as HTTPAgent } from 'node:http';
import type { AgentOptions, RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import type { Entry } from './kubeconfig-entry.js';

export interface Endpoint {
  server: URL;
  tls: AgentOptions;
  /** Set where the kubeconfig names a proxy for the API server. */
  proxy: URL | undefined;
  /** What a credential plug-in may ask for. */
  execInfo: object;
}

const PROXIES = ['http:', 'https:', 'socks5:', 'socks5h:'];
/** https://kubernetes.io/docs/reference/config-api/client-authentication.v1/#client-authentication-k8s-io-v1-Cluster */
const EXEC_EXTENSION = 'client.authentication.k8s.io/exec';

/** Throws PLUS1_CLUSTER_CONFIG with the field that is at fault. */
export async function endpointOf(cluster: Entry, user: Entry | undefined): Promise<Endpoint> {
  const server = serverOf(cluster);
  const proxy = proxyOf(cluster);
  const ca = await cluster.content('certificate-authority');
  const insecure = cluster.flag('insecure-skip-tls-verify');
  if (insecure && ca !== undefined)
    throw cluster.fault('insecure-skip-tls-verify', 'a certificate authority is given as well; remove one of them');
  if (ca !== undefined) requireCertificate(cluster, 'certificate-authority', ca);
  const servername = cluster.text('tls-server-name');
  const tls = {
    ...(ca === undefined ? {} : { ca }),
    ...(insecure ? { rejectUnauthorized: false } : {}),
    ...(servername === undefined ? {} : { servername }),
    ...(await pairOf(user)),
  };
  return { server, tls, proxy, execInfo: execInfoOf(cluster, ca) };
}

function serverOf(cluster: Entry): URL {
  const text = cluster.text('server');
  if (text === undefined) throw cluster.fault('server', 'it is missing');
  if (URL.canParse(text) && /^https?:\/\//i.test(text)) return new URL(text);
  throw cluster.fault('server', 'it is not an address; needed: https://, the host and, where it is not 443, the port');
}

function proxyOf(cluster: Entry): URL | undefined {
  const text = cluster.text('proxy-url');
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && PROXIES.includes(url.protocol) && url.host !== '') return url;
  throw cluster.fault(
    'proxy-url',
    'it is not the address of a proxy; allowed: http://, https://, socks5:// and a host',
  );
}

async function pairOf(user: Entry | undefined): Promise<AgentOptions> {
  const [cert, key] = [await user?.content('client-certificate'), await user?.content('client-key')];
  if (user === undefined || cert === undefined) return {};
  if (key === undefined)
    throw user.fault('client-key', 'it is missing, and client-certificate is of no use without it');
  const certificate = requireCertificate(user, 'client-certificate', cert);
  let fits: boolean;
  try {
    fits = certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    throw user.fault('client-key', 'it is not a private key in PEM without a passphrase');
  }
  if (!fits) throw user.fault('client-key', 'it is not the key of client-certificate');
  return { cert, key };
}

/** Node passes over what is no certificate, and then trusts nobody without saying why. */
function requireCertificate(entry: Entry, field: string, pem: Buffer): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw entry.fault(field, 'it is not a certificate in PEM');
  }
}

function execInfoOf(cluster: Entry, ca: Buffer | undefined): object {
  const names = ['server', 'tls-server-name', 'insecure-skip-tls-verify', 'proxy-url', 'disable-compression'];
  const same = names.filter((name) => cluster.has(name)).map((name): [string, unknown] => [name, cluster.fields[name]]);
  const extension = cluster
    .list('extensions')
    .map((item) => item as { name?: unknown; extension?: unknown } | null)
    .find((item) => item?.name === EXEC_EXTENSION)?.extension;
  return {
    ...Object.fromEntries(same),
    ...(ca === undefined ? {} : { 'certificate-authority-data': ca.toString('base64') }),
    ...(extension === undefined ? {} : { config: extension }),
  };
}

/** The agent of client-node, the only thing that is used of it: connections through every kind of proxy. */
export async function proxyAgentOf({ server, tls, proxy }: Endpoint): Promise<HTTPAgent | undefined> {
  if (proxy === undefined) return undefined;
  // The proxy looks up the name of the server, as with kubectl: it may not be known here.
  const proxyUrl = proxy.href.replace(/^socks5:/, 'socks5h:');
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'cluster', server: server.href, skipTLSVerify: false, proxyUrl },
    { name: 'user' },
  );
  const options: RequestOptions = { ...tls };
  await config.applyToHTTPSOptions(options);
  const agent = options.agent as HTTPAgent;
  // An agent's settings win over those of a request, and client-node writes undefined where it has none: the certificate
  // that a plug-in gave for this request would be lost.
  const settings = (agent as unknown as { options: Record<string, unknown> }).options;
  for (const name of Object.keys(settings)) if (settings[name] === undefined) delete settings[name];
  return agent;
}
