/** The journal of a run of `sync`, with and without a pass. */
import { randomUUID } from 'node:crypto';
import { silentLog, type Log } from '../../pkg/base/index.js';
import type { Plus1Error } from '../../pkg/errors/index.js';
import type { PassJournal } from '../../pkg/reconciler/index.js';
import type { Environment } from './environment.js';
import { clockOf, type CommandIO } from './io.js';
import { requireNoJournal } from './journal-flags.js';
import { openJournal } from './journal-source.js';
import { stateFolder } from './state-folder.js';
import type { SyncMemory } from './sync-memory.js';
import type { SyncOptions } from './sync-options.js';
import type { Target } from './target.js';
import { withoutPass, type PasslessRun } from './without-pass.js';

/** Throws PLUS1_USAGE where a journal is asked for by a run that has no memory: each run would begin a new chain. */
export function checkJournal(options: SyncOptions, { hasMemory }: Target): void {
  if (!hasMemory) requireNoJournal(options, 'a journal needs a memory; give --state, or a policy file with -f');
}

interface Run {
  options: SyncOptions;
  environment: Environment;
  target: Target;
  memory: Pick<SyncMemory, 'uid' | 'status'>;
  reconcileID: string;
  log: Log;
  beforeWrite: (() => void) | undefined;
}

/** Undefined where this run writes no memory: a dry run, and a bare one. */
export function journalOf(
  { options, environment, target, memory, reconcileID, log, beforeWrite }: Run,
  io: CommandIO,
): PassJournal | undefined {
  const { uid, status } = memory;
  if (uid === undefined) return undefined;
  const { policy, key } = target;
  const keeper = openJournal({
    ...{ flags: options, cwd: io.cwd, state: stateFolder(options.state, environment), program: 'plus1-sync' },
    ...{ clock: clockOf(io), log, beforeWrite },
    onLost: (_key, message) => void io.stderr.write(`${message}\n`),
  });
  const { generation } = policy.metadata;
  return keeper.pass({ key, uid, spec: policy.spec, generation, status, reconcileID });
}

/** Records the generation of a policy that gets no pass, and what kept it from one. Nothing where this run writes no memory. */
export function recordWithoutPass(
  { error, ...of }: PasslessRun & { error?: Plus1Error },
  io: CommandIO,
): Promise<void> {
  return withoutPass(of, io, async (memory, beforeWrite) => {
    const run = { ...of, memory, reconcileID: randomUUID(), log: silentLog, beforeWrite };
    await journalOf(run, io)?.idle(error, io.signal);
  });
}
