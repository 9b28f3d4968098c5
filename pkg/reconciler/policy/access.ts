/**
 * Which credential a run uses, and where it may go: a token only to the host it was issued for, whatever a policy says.
 * Otherwise a policy file from a stranger could send an administrator's token to a host of theirs.
 */
import { addressFault, DEFAULT_API_URL, type Plus1Policy } from '../../api/index.js';
import { Plus1Error } from '../../errors/index.js';
import { parseSecret, type Credential } from '../../github/index.js';
import type { SecretReader } from '../../policies/index.js';

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
  /** How a host is allowed, for people who have no command line: in a cluster. */
  howToAllow?: string;
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
  /** That of `backupSecretRef`. */
  isBackup?: true;
}

/** Throws PLUS1_TOKEN_MISSING, PLUS1_SECRET_…, or PLUS1_HOST_NOT_ALLOWED before anything is looked up. */
export async function resolveAccess(policy: Plus1Policy, sources: AccessSources, signal: AbortSignal): Promise<Access> {
  const { spec } = policy;
  const { apiURL, credentials } = spec.github;
  const token = (value: string): Access => {
    requireHost(apiURL, hostOf(sources.tokenURL ?? DEFAULT_API_URL), sources);
    return { credential: parseSecret({ token: value }, spec.organization).credential, name: 'environment' };
  };
  if (sources.token !== undefined) return token(sources.token);
  if (credentials !== undefined && sources.secrets !== undefined)
    return secretAccess(policy, credentials.secretRef.name, { ...sources, secrets: sources.secrets }, signal);
  if (sources.environmentToken !== undefined) return token(sources.environmentToken);
  throw new Plus1Error('PLUS1_TOKEN_MISSING', `there is no credential for ${spec.organization}`);
}

/** The Secret that takes the place of the first; undefined where there is none, or the first is no Secret of the policy. */
export function backupName({ spec }: Plus1Policy, { token, secrets }: AccessSources): string | undefined {
  return token !== undefined || secrets === undefined ? undefined : spec.github.credentials?.backupSecretRef?.name;
}

/** The same of `backupSecretRef`. Throws what `resolveAccess` throws. */
export async function resolveBackup(
  policy: Plus1Policy,
  sources: AccessSources,
  signal: AbortSignal,
): Promise<Access | undefined> {
  const name = backupName(policy, sources);
  const { secrets } = sources;
  if (name === undefined || secrets === undefined) return undefined;
  return { ...(await secretAccess(policy, name, { ...sources, secrets }, signal)), isBackup: true };
}

async function secretAccess(
  { metadata, spec }: Plus1Policy,
  name: string,
  sources: AccessSources & { secrets: SecretReader },
  signal: AbortSignal,
): Promise<Access> {
  const keys = await sources.secrets.read(metadata.namespace, name, signal, spec.organization);
  const secret = parseSecret(keys, spec.organization);
  requireHost(spec.github.apiURL, hostOf(secret.baseURL ?? DEFAULT_API_URL), sources, name);
  return {
    credential: secret.credential,
    ...(secret.caCert && { caCert: secret.caCert }),
    secretName: name,
    name: `${metadata.namespace}/${name}`,
  };
}

function requireHost(apiURL: string, own: string, sources: AccessSources, secret?: string): void {
  const fault = addressFault(apiURL);
  if (fault !== undefined) throw new Plus1Error('PLUS1_HOST_NOT_ALLOWED', `spec.github.apiURL: allowed: ${fault}`);
  const { host, protocol } = new URL(apiURL);
  // A URL drops the port of its own scheme.
  const usual = protocol === 'http:' ? /:80$/ : /:443$/;
  const named = sources.allowedHosts.map((each) => each.toLowerCase().replace(usual, ''));
  const isNameNeeded = sources.plainHTTPMustBeAllowed === true && protocol === 'http:';
  const allowed = [...new Set([own, ...named])];
  if ((isNameNeeded ? named : allowed).includes(host.toLowerCase())) return;
  // The credential belongs there, so that a list of allowed hosts would not say what is wrong.
  const message = allowed.includes(host.toLowerCase())
    ? `plain http to ${host} is refused: in a controller such an address must be allowed by name, even on this machine`
    : `the credential may not go to ${host}, only to ${allowed.join(', ')}`;
  throw new Plus1Error('PLUS1_HOST_NOT_ALLOWED', message, howToFix(sources, secret));
}

/** What a person can change depends on whose credential it is; flags are of no use to the author of a policy in a cluster. */
function howToFix({ howToAllow }: AccessSources, secret: string | undefined): { fix?: string } {
  if (secret === undefined && howToAllow === undefined) return {};
  const allow = howToAllow ?? 'allow it with --allowed-host HOST[:PORT]';
  return {
    fix: secret === undefined ? allow : `set githubAppBaseURL of the Secret ${secret} to that address, or ${allow}`,
  };
}

/** The host with its port, where the port is not the scheme's own. */
function hostOf(address: string): string {
  const fault = addressFault(address);
  // It is not shown: one that is refused for its password must not be printed with it.
  if (fault !== undefined)
    throw new Plus1Error('PLUS1_HOST_NOT_ALLOWED', `the API address that a credential belongs to: allowed: ${fault}`);
  return new URL(address).host.toLowerCase();
}
