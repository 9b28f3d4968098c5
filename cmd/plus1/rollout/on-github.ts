/** GitHub as a command reads it that writes nothing: the policy by flags, the credential as `sync` takes it. */
import type { Plus1Policy } from '../../../pkg/api/index.js';
import { createGitHub, type GitHubReader } from '../../../pkg/github/index.js';
import { resolveAccess } from '../../../pkg/reconciler/index.js';
import { accessSources } from '../access-sources.js';
import { defined } from '../defined.js';
import { readEnvironment } from '../environment.js';
import { clockOf, type CommandIO } from '../io.js';
import { SYNC_DEFAULTS, type SyncOptions } from '../sync-options.js';
import { resolveTarget } from '../target.js';

export type AccessOptions = Pick<
  SyncOptions,
  'org' | 'file' | 'ruleset' | 'apiUrl' | 'allowedHost' | 'token' | 'credentials' | 'maxWait' | 'tlsMinVersion'
>;

/** Throws Plus1Error. */
export async function onGitHub<T>(
  options: AccessOptions,
  io: CommandIO,
  work: (reader: GitHubReader, policy: Plus1Policy) => Promise<T>,
): Promise<T> {
  const environment = readEnvironment(io.env);
  const { policy } = await resolveTarget({ ...SYNC_DEFAULTS, ...options }, environment, io);
  const access = await resolveAccess(policy, accessSources({ ...SYNC_DEFAULTS, ...options }, environment), io.signal);
  const { organization, github, ruleset } = policy.spec;
  const client = createGitHub({
    apiURL: github.apiURL,
    credential: access.credential,
    organization,
    ...{ targeting: ruleset.targeting, property: ruleset.property },
    proxy: environment.proxy,
    tlsMinVersion: options.tlsMinVersion,
    ...defined({ caCert: access.caCert, attempts: environment.attempts, retryDelayMs: environment.retryDelayMs }),
    maxWaitMs: options.maxWait,
    clock: clockOf(io),
    random: io.random,
  });
  try {
    return await work(client.reader, policy);
  } finally {
    await client.close();
  }
}
