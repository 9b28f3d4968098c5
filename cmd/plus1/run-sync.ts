/** One run of `sync` or `plan`, from options to exit code: target, access, memory, pass, result. */
import { randomUUID } from 'node:crypto';
import type { PolicyStatus } from '../../pkg/api/index.js';
import { silentLog, type Log } from '../../pkg/base/index.js';
import { errorLine, Plus1Error, toPlus1Error } from '../../pkg/errors/index.js';
import { createGitHub, type GitHub } from '../../pkg/github/index.js';
import { ApprovalFolder, CacheFolder, keyString, StateFolder, type StateLock } from '../../pkg/policies/index.js';
import {
  approvalPort,
  approvalPublisher,
  backupMessage,
  isSecurityError,
  journaled,
  journalPublisher,
  limitError,
  logPublisher,
  optionalPublisher,
  resolveAccess,
  runPass,
  statusPublisher,
  withBackup,
  type Access,
  type PassJournal,
  type PassOutcome,
  type PassRecord,
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
import { baselineFolder, indexFolder, issueFolder } from './kept-beside.js';
import { Storage } from './storage.js';
import { SummaryFile } from './summary-file.js';
import { journalRoot } from './journal-source.js';
import { checkJournal, journalOf, recordWithoutPass } from './sync-journal.js';
import { interruptedStore, knownStore, lockOf, remembered } from './sync-memory.js';
import type { SyncNotices, SyncNoticesSetup } from './sync-notices.js';
import type { SyncOptions } from './sync-options.js';
import { codeOf, reportOutcome } from './sync-outcome.js';
import { rollbackOf } from './sync-rollback.js';
import { resolveTarget, type Target } from './target.js';
import { whileUnchanged } from './unchanged-policy.js';

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
    const spec = target?.policy.spec;
    if (spec !== undefined) await summary.write(() => failureMarkdown(spec, error)).catch(() => undefined);
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
    await tell({ options, environment, target, error }, io).catch(() => undefined);
    throw thrown;
  }
}

/** That there is no pass is told like one that failed, where the policy has channels. */
async function tell(
  of: Pick<Run, 'options' | 'environment' | 'target'> & { error: Plus1Error },
  io: CommandIO,
): Promise<void> {
  if ((of.target.policy.spec.notifications ?? []).length === 0) return;
  const { tellWithoutPass } = await import('./sync-notices.js');
  await tellWithoutPass(of, io);
}

interface Run {
  options: SyncOptions;
  environment: Environment;
  target: Target;
  access: Access;
  /** Held while the memory is read and written; absent where it is not written. */
  lock: StateLock | undefined;
}

async function pass({ options, environment, target, access: first, lock }: Run, io: CommandIO): Promise<PassOutcome> {
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
  const known = hasMemory
    ? knownStore(
        {
          cache,
          index: indexFolder(folder, beforeWrite).askForRoom(hasRoom),
          baseline: baselineFolder(folder, beforeWrite).askForRoom(hasRoom),
          issues: issueFolder(folder, beforeWrite).askForRoom(hasRoom),
        },
        key,
        options.dryRun,
      )
    : interruptedStore(new CacheFolder(folder, undefined, '.resume'), key, options);
  const { record: kept, ...left } = await remembered(memory, target, { lock, known }, io);
  // Nothing is held where nothing is kept: then there is nothing to approve either.
  const approvals = lock && approvalPort(approvalFolder(folder, { beforeWrite, log }), key);
  const { status } = left;
  const state = hasMemory ? folder : undefined;
  const { asked, record: asking } = await rollbackOf(
    {
      ...{ state, key, status, record: kept, beforeWrite, log },
      uid: left.keptUID,
      journal: journalRoot(options, folder, io),
    },
    io.signal,
  );
  const whole = { ...asking, ...(approvals && { approvals }) };
  const plain = whileUnchanged(whole, { options, environment, target }, io);
  const run = { options, environment, target, memory: { ...left, record: plain }, reconcileID, log, beforeWrite };
  const journal = journalOf(run, io);
  const record = journal === undefined ? plain : journaled(plain, journal);
  const notices = await noticesOf({ options, environment, target, log, beforeWrite, journal }, status, io);
  const connect = connector({ options, environment, target }, { log, beforeWrite, progress, notices }, io);
  const { github, backup } = await withBackup(
    { access: first, github: connect(first) },
    { policy, sources: accessSources(options, environment), connect },
    io.signal,
  );
  if (backup !== undefined) io.stderr.write(`${backupMessage(backup)}.\n`);
  const deadline = passDeadline(io.signal, policy.spec.schedule.timeout);
  try {
    const outcome = await runPass(
      {
        ...{ policy, status, reconcileID, forgets: !hasMemory, isResumed: options.resume, ...asked },
        ...(backup && { backup, secretName: backup.secretName }),
      },
      {
        reader: github.reader,
        // A dry run is given neither the writer nor the memory: what it does not hold it cannot use.
        ...(options.dryRun ? {} : { writer: github.writer, issues: github.issues }),
        record,
        publishers: publishersOf({ journal, github, notices, record, log, progress }),
        timers: systemClock,
        ...defined({ cacheTTLMs: environment.cacheTTLMs }),
        limits: limitsOf(options),
        log,
        progress: (done) => progress.update(done),
      },
      deadline.signal,
    );
    return await withDelivery(outcome, notices, record);
  } finally {
    deadline.cancel();
    progress.clear();
    await github.close();
  }
}

/** With what was delivered in its status, where somebody was told. */
async function withDelivery(
  outcome: PassOutcome,
  notices: SyncNotices | undefined,
  record: PassRecord,
): Promise<PassOutcome> {
  return notices === undefined ? outcome : { ...outcome, status: await notices.send(outcome.status, record) };
}

interface PublisherParts {
  journal: PassJournal | undefined;
  github: GitHub;
  notices: SyncNotices | undefined;
  record: PassRecord;
  log: Log;
  progress: ProgressLine;
}

/** Whom the pass is published to, in the order of the controller. */
function publishersOf({ journal, github, notices, record, log, progress }: PublisherParts): Publisher[] {
  return [
    ...(journal === undefined ? [] : [journalPublisher({ journal, sent: () => github.sent() })]),
    ...(notices === undefined ? [] : [notices.publisher()]),
    ...[statusPublisher({ record, log }), approvalPublisher(record)],
    ...[endOfProgress(progress), logPublisher(log)],
  ];
}

/** Loaded where somebody is to be told of something: of a policy with channels, or with some that it had. A dry run tells nobody. */
async function noticesOf(
  setup: SyncNoticesSetup,
  status: PolicyStatus,
  io: CommandIO,
): Promise<SyncNotices | undefined> {
  const { notifications = [] } = setup.target.policy.spec;
  // Without the lock nothing is written, so that a dry run and a run without a memory have none.
  if (setup.beforeWrite === undefined || (notifications.length === 0 && status.notifications === undefined))
    return undefined;
  const { SyncNotices } = await import('./sync-notices.js');
  return new SyncNotices(setup, io);
}

interface ConnectorParts {
  log: Log;
  beforeWrite: (() => void) | undefined;
  progress: ProgressLine;
  notices: SyncNotices | undefined;
}

/** The client of the run, with the credential that it is given. */
function connector(
  { options, environment, target: { policy } }: Pick<Run, 'options' | 'environment' | 'target'>,
  { log, beforeWrite, progress, notices }: ConnectorParts,
  io: CommandIO,
): (access: Access) => GitHub {
  const { proxy, concurrency, batchSize, attempts, retryDelayMs } = environment;
  return ({ credential, caCert, name }) =>
    createGitHub({
      apiURL: policy.spec.github.apiURL,
      credential,
      ...{ targeting: policy.spec.ruleset.targeting, property: policy.spec.ruleset.property },
      proxy,
      tlsMinVersion: options.tlsMinVersion,
      ...defined({ caCert, concurrency, batchSize, attempts, retryDelayMs, beforeWrite }),
      maxWaitMs: options.maxWait,
      onWait: ({ untilMs, why }) => progress.say(`Waiting until ${new Date(untilMs).toISOString()}: ${why}`),
      clock: clockOf(io),
      random: io.random,
      log,
      observer: {
        request: () => undefined,
        rateLimit: ({ remaining }) => progress.rateLeft(remaining),
        expiry: (endsMs) => notices?.expiries.set(name, endsMs),
      },
    });
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
