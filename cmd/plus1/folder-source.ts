/** The folder's side of the controller: policies, Secrets and state as files. */
import type { Log } from '../../pkg/base/index.js';
import {
  ApprovalFolder,
  CacheFolder,
  FolderHome,
  SecretFolder,
  StateFolder,
  type FolderHomeOptions,
  type PolicyKey,
} from '../../pkg/policies/index.js';
import type { PolicySource } from './assemble.js';
import { defined } from './defined.js';
import { lostEvent, openJournal, type JournalSetup } from './journal-source.js';
import type { Environment } from './environment.js';
import { Storage } from './storage.js';

export interface FolderSetup extends Pick<FolderHomeOptions, 'clock' | 'pollMs' | 'settleMs' | 'fileClock'> {
  log: Log;
  policies: string;
  state: string;
  credentials?: string | undefined;
  allowedHosts: readonly string[];
  environment: Pick<Environment, 'token' | 'apiURL'>;
  /** Absent where no journal is kept. */
  journal?: Pick<JournalSetup, 'flags' | 'cwd' | 'metrics'> & { files?: JournalSetup['files'] };
  /** Throws where this process may not write the state (any more), nor to GitHub. */
  beforeWrite?: () => void;
}

export interface FolderSource extends PolicySource {
  home: FolderHome;
  storage: Storage;
}

/** Reads nothing yet. */
export function openFolder({
  policies,
  state,
  credentials,
  allowedHosts,
  environment,
  beforeWrite,
  journal,
  ...watching
}: FolderSetup): FolderSource {
  const storage = new Storage({ folder: state, log: watching.log, onLow: (key, event) => home.record(key, event) });
  const home = new FolderHome({
    folder: policies,
    state: new StateFolder(state, beforeWrite),
    cache: new CacheFolder(state, beforeWrite).askForRoom(storage.hasRoom),
    // As in `sync -f`: one file means the same to both.
    defaults: { apiURL: environment.apiURL },
    ...watching,
  });
  const secrets = credentials === undefined ? undefined : new SecretFolder(credentials);
  const { clock, log } = watching;
  const onLost = (key: PolicyKey, message: string): void => home.record(key, lostEvent(message));
  const writing = { state, program: 'plus1-controller', clock, log, beforeWrite, onLost };
  return {
    home,
    ...(journal && { journal: openJournal({ ...writing, ...journal }) }),
    storage,
    approvals: new ApprovalFolder({
      ...{ state, beforeWrite },
      onFault: (file, fault) => log.warn('Approval not used', { file, fault }),
    }),
    known: (key) => home.known(key),
    ...defined({ beforeWrite }),
    access: {
      allowedHosts,
      plainHTTPMustBeAllowed: true,
      ...defined({ environmentToken: environment.token, tokenURL: environment.apiURL, secrets }),
    },
  };
}
