/** The folder's side of the controller: policies, Secrets and state as files. */
import type { Log } from '../../pkg/base/index.js';
import {
  ApprovalFolder,
  CacheFolder,
  FolderHome,
  InputState,
  RollbackFolder,
  SecretFolder,
  StateFolder,
  type FolderHomeOptions,
  type PolicyKey,
} from '../../pkg/policies/index.js';
import type { PolicySource } from './assemble.js';
import { defined } from './defined.js';
import { lostEvent, openJournal, type JournalSetup } from './journal-source.js';
import type { Environment } from './environment.js';
import { evidenceIn } from './evidence-store.js';
import { notifyFolder } from './notify-parts.js';
import { Storage, type StorageSetup } from './storage.js';
import { baselineFolder, indexFolder, issueFolder, storesOf } from './kept-beside.js';

export interface FolderSetup
  extends Pick<FolderHomeOptions, 'clock' | 'pollMs' | 'settleMs' | 'fileClock'>, Pick<StorageSetup, 'space'> {
  log: Log;
  policies: string;
  state: string;
  credentials?: string | undefined;
  allowedHosts: readonly string[];
  environment: Pick<Environment, 'token' | 'apiURL'>;
  /** Absent where no journal is kept. */
  journal?: Pick<JournalSetup, 'flags' | 'cwd' | 'metrics' | 'onWritten'> & { files?: JournalSetup['files'] };
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
  space,
  ...watching
}: FolderSetup): FolderSource {
  const onLow: StorageSetup['onLow'] = (key, event) => home.record(key, event);
  const storage = new Storage({ folder: state, log: watching.log, onLow, ...defined({ space }) });
  const cache = new CacheFolder(state, beforeWrite).askForRoom(storage.hasRoom);
  const index = indexFolder(state, beforeWrite).askForRoom(storage.hasRoom);
  const issues = issueFolder(state, beforeWrite).askForRoom(storage.hasRoom);
  const baseline = baselineFolder(state, beforeWrite).askForRoom(storage.hasRoom);
  const home = new FolderHome({
    folder: policies,
    state: new StateFolder(state, beforeWrite),
    cache,
    beside: [index, issues, baseline],
    rollbacks: new RollbackFolder({
      ...{ state, beforeWrite },
      onFault: (file, fault) => watching.log.warn('Rollback request not used', { file, fault }),
    }),
    // As in `sync -f`: one file means the same to both.
    defaults: { apiURL: environment.apiURL },
    approvals: state,
    inputs: new InputState(state, beforeWrite),
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
    ...(home.inputs && { inputs: home.inputs }),
    evidence: evidenceIn(state, { beforeWrite, space }),
    known: (of) => storesOf(of, home, { cache, index, baseline, issues }),
    notices: notifyFolder(state, log, beforeWrite),
    ...defined({ beforeWrite }),
    access: {
      allowedHosts,
      plainHTTPMustBeAllowed: true,
      ...defined({ environmentToken: environment.token, tokenURL: environment.apiURL, secrets }),
    },
  };
}
