/** The folder's side of the controller: policies, Secrets and state as files. */
import {
  CacheFolder,
  FolderHome,
  SecretFolder,
  StateFolder,
  type FolderHomeOptions,
} from '../../pkg/policies/index.js';
import type { PolicySource } from './assemble.js';
import { defined } from './defined.js';
import type { Environment } from './environment.js';

export interface FolderSetup extends Pick<FolderHomeOptions, 'clock' | 'log' | 'pollMs' | 'settleMs' | 'fileClock'> {
  policies: string;
  state: string;
  credentials?: string | undefined;
  allowedHosts: readonly string[];
  environment: Pick<Environment, 'token' | 'apiURL'>;
  /** Throws where this process may not write the state (any more), nor to GitHub. */
  beforeWrite?: () => void;
}

export interface FolderSource extends PolicySource {
  home: FolderHome;
}

/** Reads nothing yet. */
export function openFolder({
  policies,
  state,
  credentials,
  allowedHosts,
  environment,
  beforeWrite,
  ...watching
}: FolderSetup): FolderSource {
  const home = new FolderHome({
    folder: policies,
    state: new StateFolder(state, beforeWrite),
    cache: new CacheFolder(state, beforeWrite),
    // As in `sync -f`: one file means the same to both.
    defaults: { apiURL: environment.apiURL },
    ...watching,
  });
  const secrets = credentials === undefined ? undefined : new SecretFolder(credentials);
  return {
    home,
    known: (key) => home.known(key),
    ...defined({ beforeWrite }),
    access: {
      allowedHosts,
      plainHTTPMustBeAllowed: true,
      ...defined({ environmentToken: environment.token, tokenURL: environment.apiURL, secrets }),
    },
  };
}
