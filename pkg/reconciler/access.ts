/**
 * Which credential a run uses, and where it may go: a token only to the host it was issued for, whatever a policy says.
 * Otherwise a policy file from a stranger could send an administrator's token to a host of the stranger's.
 */
import { addressFault, DEFAULT_API_URL, type Plus1Policy } from '../api/index.js';
import { Plus1Error } from '../errors/index.js';
import { parseSecret, type Credential } from '../github/index.js';
import type { SecretReader } from '../policies/index.js';

export interface AccessSources {
  /** `--token`. */
  token?: string;
  /** The environment's token. */
  environmentToken?: string;
  /** `--credentials`, where given. */
  secrets?: SecretReader;
  /** Where `--token` and the environment's token belong: `--api-url`, else GITHUB_API_URL. */
  tokenURL?: string;
  /** `--allowed-host`. */
  allowedHosts: readonly string[];
  /** In a controller even loopback must be allowed by name before anything goes there over plain http. */
  plainHTTPMustBeAllowed?: boolean;
}

export interface Access {
  credential: Credential;
  caCert?: string;
  /** The Secret in use, where it is one. */
  secretName?: string;
  /** `namespace/secret`, or `environment`: the word of the metrics for it. */
  name: string;
}

/** Throws PLUS1_TOKEN_MISSING, PLUS1_SECRET_…, or PLUS1_HOST_NOT_ALLOWED before anything is looked up. */
export async function resolveAccess(
  { metadata, spec }: Plus1Policy,
  sources: AccessSources,
  signal: AbortSignal,
): Promise<Access> {
  const { apiURL, credentials } = spec.github;
  const token = (value: string): Access => {
    requireHost(apiURL, hostOf(sources.tokenURL ?? DEFAULT_API_URL), sources);
    return { credential: parseSecret({ token: value }, spec.organization).credential, name: 'environment' };
  };
  if (sources.token !== undefined) return token(sources.token);
  if (credentials !== undefined && sources.secrets !== undefined) {
    const { name } = credentials.secretRef;
    const keys = await sources.secrets.read(metadata.namespace, name, signal, spec.organization);
    const secret = parseSecret(keys, spec.organization);
    requireHost(apiURL, hostOf(secret.baseURL ?? DEFAULT_API_URL), sources);
    return {
      credential: secret.credential,
      ...(secret.caCert && { caCert: secret.caCert }),
      secretName: name,
      name: `${metadata.namespace}/${name}`,
    };
  }
  if (sources.environmentToken !== undefined) return token(sources.environmentToken);
  throw new Plus1Error('PLUS1_TOKEN_MISSING', `there is no credential for ${spec.organization}`);
}

function requireHost(apiURL: string, own: string, { allowedHosts, plainHTTPMustBeAllowed }: AccessSources): void {
  const fault = addressFault(apiURL);
  if (fault !== undefined) throw new Plus1Error('PLUS1_HOST_NOT_ALLOWED', `spec.github.apiURL: allowed: ${fault}`);
  const { host, protocol } = new URL(apiURL);
  // A URL drops the port of its own scheme.
  const usual = protocol === 'http:' ? /:80$/ : /:443$/;
  const named = allowedHosts.map((each) => each.toLowerCase().replace(usual, ''));
  const allowed = plainHTTPMustBeAllowed === true && protocol === 'http:' ? named : [own, ...named];
  if (allowed.includes(host.toLowerCase())) return;
  throw new Plus1Error(
    'PLUS1_HOST_NOT_ALLOWED',
    `the credential may not go to ${host}, only to ${[...new Set(allowed)].join(', ') || 'hosts that --allowed-host names'}`,
  );
}

/** The host with its port, where the port is not the scheme's own. */
function hostOf(address: string): string {
  const fault = addressFault(address);
  // It is not shown: one that is refused for its password must not be printed with it.
  if (fault !== undefined)
    throw new Plus1Error('PLUS1_HOST_NOT_ALLOWED', `the API address that a credential belongs to: allowed: ${fault}`);
  return new URL(address).host.toLowerCase();
}
