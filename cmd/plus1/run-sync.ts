/** One run of `sync` or `plan`, from options to exit code: target, access, memory, pass, result. */
import { randomUUID } from 'node:crypto';
import { silentLog, type Log } from '../../pkg/base/index.js';
import { errorLine, Plus1Error, toPlus1Error } from '../../pkg/errors/index.js';
import { createGitHub } from '../../pkg/github/index.js';
import { ApprovalFolder, CacheFolder, keyString, StateFolder, type StateLock } from '../../pkg/policies/index.js';
import {
  approvalPort,
  approvalPublisher,
  isSecurityError,
  journaled,
  journalPublisher,
  limitError,
  logPublisher,
  optionalPublisher,
  resolveAccess,
  runPass,
  statusPublisher,
  type Access,
  type PassOutcome,
  type Publisher,
} from '../../pkg/reconciler/index.js';
import { failureMarkdown } from '../../pkg/report/index.js';
import { accessSources } from './access-sources.js';
import { systemClock } from './clock.js';
import { defined } from './defined.js';
import { readEnvironment, type Environment } from './environment.js';
import { clockOf, EXIT, type CommandIO } from './io.js';
import { limitsOf } from './limit-options.js';
import { passDeadline } from './pass-deadline.js';
import { ProgressLine } from './progress.js';
import { proveReport } from './report-file.js';
import { stateFolder } from './state-folder.js';
import { Storage } from './storage.js';
import { SummaryFile } from './summary-file.js';
import { checkJournal, journalOf, recordWithoutPass } from './sync-journal.js';
import { knownStore, lockOf, remembered } from './sync-memory.js';
import type { SyncOptions } from './sync-options.js';
import { codeOf, reportOutcome } from './sync-outcome.js';
import { resolveTarget, type Target } from './target.js';

/** Runs once and returns the exit code. Never throws. */
export async function runSync(options: SyncOptions, io: CommandIO): Promise<number> {
  const summary = new SummaryFile(options.summary, io);
  let target: Target | undefined;
  try {
    const environment = readEnvironment(io.env);
    target = await resolveTarget(options, environment, io);
    checkJournal(options, target);
    if (target.policy.spec.suspend) {
      io.stderr.write(`The policy ${target.key.namespace}/${target.key.name} is suspended: nothing was looked at.\n`);
      await recordWithoutPass({ options, environment, target }, io);
      return EXIT.ok;
    }
    const excess = limitError(target.policy.spec, limitsOf(options));
    if (excess !== undefined) throw excess;
    const access = await accessOf({ options, environment, target }, io);
    // Whatever is to be kept in the end is found out before anything is written to GitHub.
    if (options.output !== undefined) await proveReport(options.output);
    await summary.prove();
    const lock = await lockOf(options, environment, target, io);
    try {
      const outcome = await pass({ options, environment, target, access, lock }, io);
      return await reportOutcome(outcome, { options, target, summary }, io);
    } finally {
      await lock?.release();
    }
  } catch (thrown) {
    const error = io.signal.aborted
      ? new Plus1Error('PLUS1_INTERRUPTED', 'stopped before the pass began')
      : toPlus1Error(thrown);
    io.stderr.write(`${errorLine(error)}\n`);
    // What cannot be written has been told already, where that is the error.
    if (target !== undefined) await summary.write(failureMarkdown(target.policy.spec, error)).catch(() => undefined);
    return codeOf(error);
  }
}

/** A credential that may not be used is a matter for the journal, too; that it cannot be told there does not hide it. */
async function accessOf(
  { options, environment, target }: Pick<Run, 'options' | 'environment' | 'target'>,
  io: CommandIO,
): Promise<Access> {
  try {
    return await resolveAccess(target.policy, accessSources(options, environment), io.signal);
  } catch (thrown) {
    const error = toPlus1Error(thrown);
    if (isSecurityError(error))
      await recordWithoutPass({ options, environment, target, error }, io).catch(() => undefined);
    throw thrown;
  }
}

interface Run {
  options: SyncOptions;
  environment: Environment;
  target: Target;
  access: Access;
  /** Held while the memory is read and written; absent where it is not written. */
  lock: StateLock | undefined;
}

async function pass({ options, environment, target, access, lock }: Run, io: CommandIO): Promise<PassOutcome> {
  const { policy, key, hasMemory } = target;
  // What went wrong is told in one line at the end; lines of a log beside it are for those who asked for them.
  const reconcileID = randomUUID();
  const log = (await logOf(options, io)).with({
    policy: keyString(key),
    organization: policy.spec.organization,
    reconcileID,
  });
  const progress = new ProgressLine(io);
  const folder = stateFolder(options.state, environment);
  const beforeWrite = lock && ((): void => lock.requireHeld());
  const memory = hasMemory ? new StateFolder(folder, beforeWrite) : undefined;
  const { hasRoom } = new Storage({ folder, log });
  const cache = new CacheFolder(folder, beforeWrite).askForRoom(hasRoom);
  const known = hasMemory ? knownStore(cache, key, options.dryRun) : undefined;
  const { record: kept, ...left } = await remembered(memory, target, { lock, known }, io);
  // Nothing is held where nothing is kept: then there is nothing to approve either.
  const approvals = lock && approvalPort(approvalFolder(folder, { beforeWrite, log }), key);
  const plain = { ...kept, ...(approvals && { approvals }) };
  const { status } = left;
  const run = { options, environment, target, memory: { ...left, record: plain }, reconcileID, log, beforeWrite };
  const journal = journalOf(run, io);
  const record = journal === undefined ? plain : journaled(plain, journal);
  const github = createGitHub({
    apiURL: policy.spec.github.apiURL,
    credential: access.credential,
    targeting: policy.spec.ruleset.targeting,
    ...(access.caCert && { caCert: access.caCert }),
    proxy: environment.proxy,
    tlsMinVersion: options.tlsMinVersion,
    ...defined({
      concurrency: environment.concurrency,
      batchSize: environment.batchSize,
      attempts: environment.attempts,
      retryDelayMs: environment.retryDelayMs,
      beforeWrite,
    }),
    maxWaitMs: options.maxWait,
    onWait: ({ untilMs, why }) => progress.say(`Waiting until ${new Date(untilMs).toISOString()}: ${why}`),
    clock: clockOf(io),
    random: io.random,
    log,
    observer: {
      request: () => undefined,
      rateLimit: ({ remaining }) => progress.rateLeft(remaining),
      expiry: () => undefined,
    },
  });
  const deadline = passDeadline(io.signal, policy.spec.schedule.timeout);
  try {
    return await runPass(
      { policy, status, reconcileID, forgets: !hasMemory },
      {
        reader: github.reader,
        // A dry run is given neither the writer nor the memory: what it does not hold it cannot use.
        ...(options.dryRun ? {} : { writer: github.writer }),
        record,
        publishers: [
          ...(journal === undefined ? [] : [journalPublisher({ journal, requests: () => github.requestCount() })]),
          ...[statusPublisher({ record, log }), approvalPublisher(record)],
          ...[endOfProgress(progress), logPublisher(log)],
        ],
        timers: systemClock,
        ...defined({ cacheTTLMs: environment.cacheTTLMs }),
        limits: limitsOf(options),
        log,
        progress: (done) => progress.update(done),
      },
      deadline.signal,
    );
  } finally {
    deadline.cancel();
    progress.clear();
    await github.close();
  }
}

function approvalFolder(
  state: string,
  { beforeWrite, log }: { beforeWrite: (() => void) | undefined; log: Log },
): ApprovalFolder {
  const onFault = (file: string, fault: string): void => log.warn('Approval not used', { file, fault });
  return new ApprovalFolder({ state, beforeWrite, onFault });
}

/** The logger is loaded only where there is something to log with it. */
async function logOf({ verbose, logFormat }: SyncOptions, io: CommandIO): Promise<Log> {
  if (!verbose) return silentLog;
  const { commandLog } = await import('./command-log.js');
  return commandLog(io, { level: 'debug', format: logFormat });
}

/** Before anything is logged of the pass: a line of the log would stand behind the progress. */
function endOfProgress(progress: ProgressLine): Publisher {
  return optionalPublisher({ name: 'progress', failed: 'Progress not ended', publish: () => progress.clear() });
}
