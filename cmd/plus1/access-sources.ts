/** Where a run may take its credential from, by its flags and the environment. */
import { SecretFolder } from '../../pkg/policies/index.js';
import type { AccessSources } from '../../pkg/reconciler/index.js';
import { defined } from './defined.js';
import type { Environment } from './environment.js';
import type { SyncOptions } from './sync-options.js';

type Flags = Pick<SyncOptions, 'apiUrl' | 'credentials' | 'allowedHost' | 'token'>;

/** Reads nothing yet. */
export function accessSources(options: Flags, environment: Environment): AccessSources {
  const tokenURL = options.apiUrl ?? environment.apiURL;
  const secrets = options.credentials === undefined ? undefined : new SecretFolder(options.credentials);
  return {
    allowedHosts: options.allowedHost,
    ...defined({ token: options.token, environmentToken: environment.token, secrets, tokenURL }),
  };
}
