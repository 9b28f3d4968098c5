/** What `plus1 rollback` does: looks the record up, shows the difference, asks, and leaves a request beside the state. */
import { join, resolve } from 'node:path';
import { Plus1Error } from '../../pkg/errors/index.js';
import {
  knownWriter,
  policyFolder,
  readRecords,
  realFiles,
  Replay,
  type RecordedMembers,
  type RecordedPlace,
} from '../../pkg/journal/index.js';
import { keyString, RollbackFolder, StateFolder, type StoredPolicy } from '../../pkg/policies/index.js';
import { membersAfter } from '../../pkg/reconciler/index.js';
import { printable } from '../../pkg/text/index.js';
import { isConfirmed } from './confirmed.js';
import { readEnvironment } from './environment.js';
import { EXIT, type CommandIO } from './io.js';
import { reporting } from './program.js';
import { differenceLines, differenceOf } from './rollback-difference.js';
import { rollbackReason, whenCarriedOut, writerWithoutNumber } from './rollback-flags.js';
import { stateFolder } from './state-folder.js';
import { onePolicy } from './stored-policy.js';

export interface RollbackOptions {
  to: string;
  writer?: string;
  dryRun: boolean;
  reason?: string;
  yes: boolean;
  journal?: string;
  state?: string;
}

/** The exit code. */
export function runRollback(name: string, options: RollbackOptions, io: CommandIO): Promise<number> {
  return reporting(io, () => rollback(name, options, io));
}

async function rollback(name: string, options: RollbackOptions, io: CommandIO): Promise<number> {
  const to = recordOf(options);
  const reason = rollbackReason(options.reason);
  const state = stateFolder(options.state, readEnvironment(io.env));
  const policy = await onePolicy(new StateFolder(state), name, io);
  const place = await placeOf(policy, resolve(io.cwd, options.journal ?? join(state, '.journal')));
  const recorded = await membersAfter(place, to, '--to');
  await show(policy, recorded, place, io);
  if (options.dryRun) return EXIT.ok;
  const rollbacks = new RollbackFolder({ state });
  await requireNew(policy, to, rollbacks, io);
  if (!options.yes && !(await isConfirmed(`Roll ${keyString(policy.metadata)} back to that?`, io))) {
    io.stderr.write('Nothing was asked for.\n');
    return EXIT.failed;
  }
  const ask = { kind: 'rollback' as const, to, ...(reason !== undefined && { reason }) };
  await rollbacks.ask(policy.metadata, ask, io.clock(), io.signal);
  io.stdout.write(
    `${printable(`Asked for; ${whenCarriedOut(policy.spec, 'the controller carries it out at once, or the next sync')}`)}\n`,
  );
  return EXIT.ok;
}

/** Throws PLUS1_USAGE. */
function recordOf({ to, writer }: RollbackOptions): string {
  if (writer === undefined) return to;
  if (/^\d+$/.test(to)) return `${to}@${writer}`;
  throw writerWithoutNumber();
}

async function placeOf({ metadata, status }: StoredPolicy, root: string): Promise<RecordedPlace> {
  const { namespace, name, uid = '' } = metadata;
  const writer = await knownWriter(realFiles, root);
  return { root, policy: { namespace, name, uid }, writer, known: status?.journal?.chain };
}

async function show(
  { metadata }: StoredPolicy,
  recorded: RecordedMembers,
  { root, policy }: RecordedPlace,
  { stdout }: CommandIO,
): Promise<void> {
  const { to, members } = recorded;
  const path = join(root, ...policyFolder(policy).split('/'));
  const { records } = await readRecords([{ namespace: policy.namespace, folder: '', path }]);
  const now = new Replay();
  for (const record of records) now.apply(record);
  const count = `${members.length} ${members.length === 1 ? 'member' : 'members'}`;
  const head = `${keyString(metadata)} after record ${to.sequence} of ${to.chain} (${to.time}): ${count}`;
  stdout.write([printable(head), ...differenceLines(differenceOf(recorded, now))].map((line) => `${line}\n`).join(''));
}

/** Throws PLUS1_NOT_HELD: a rollback is carried out once. */
async function requireNew(
  { metadata, status = {} }: StoredPolicy,
  to: string,
  rollbacks: RollbackFolder,
  { signal }: CommandIO,
): Promise<void> {
  if (status.lastHandledRollbackTo !== to) return;
  const ask = await rollbacks.waiting(metadata, signal);
  if (ask?.kind === 'rollback') return;
  const what = ask === undefined ? 'is rolled back to it already' : 'waits for the pass that releases it';
  throw new Plus1Error('PLUS1_NOT_HELD', `${keyString(metadata)} ${what}`, {
    fix:
      ask === undefined
        ? 'release it first, with plus1 release; the pass after that can roll it back again'
        : 'wait for it',
  });
}
