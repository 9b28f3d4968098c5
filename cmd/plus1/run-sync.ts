/** One run of `sync` or `plan`, from options to exit code: target, access, memory, pass, result. */
import { randomUUID } from 'node:crypto';
import { silentLog } from '../../pkg/base/index.js';
import type { PolicyStatus } from '../../pkg/api/index.js';
import { errorLine, Plus1Error, toPlus1Error } from '../../pkg/errors/index.js';
import { createGitHub } from '../../pkg/github/index.js';
import { isBlind } from '../../pkg/governance/index.js';
import { CacheFolder, keyString, StateFolder, StateLock, type PolicyKey } from '../../pkg/policies/index.js';
import {
  logPublisher,
  NO_RECORD,
  optionalPublisher,
  resolveAccess,
  runPass,
  statusPublisher,
  type Access,
  type KnownStore,
  type PassOutcome,
  type PassRecord,
  type Publisher,
} from '../../pkg/reconciler/index.js';
import { complianceReport, failureMarkdown, outcomeMarkdown, outcomeText } from '../../pkg/report/index.js';
import { printableJSON } from '../../pkg/text/index.js';
import { accessSources } from './access-sources.js';
import { lockClock, systemClock } from './clock.js';
import { commandLog } from './command-log.js';
import { defined } from './defined.js';
import { readEnvironment, type Environment } from './environment.js';
import { clockOf, EXIT, type CommandIO } from './io.js';
import { ProgressLine } from './progress.js';
import { proveReport, writeReport } from './report-file.js';
import { passDeadline } from './pass-deadline.js';
import type { SyncOptions } from './sync-options.js';
import { stateFolder } from './state-folder.js';
import { StateRivals } from './state-rivals.js';
import { SummaryFile } from './summary-file.js';
import { resolveTarget, type Target } from './target.js';

/** Runs once and tells the exit code. Never throws. */
export async function runSync(options: SyncOptions, io: CommandIO): Promise<number> {
  const summary = new SummaryFile(options.summary, io);
  let target: Target | undefined;
  try {
    const environment = readEnvironment(io.env);
    target = await resolveTarget(options, environment, io);
    if (target.policy.spec.suspend) {
      io.stderr.write(`The policy ${target.key.namespace}/${target.key.name} is suspended: nothing was looked at.\n`);
      return EXIT.ok;
    }
    const access = await resolveAccess(target.policy, accessSources(options, environment), io.signal);
    // Whatever is to be kept in the end is found out before anything is written to GitHub.
    if (options.output !== undefined) await proveReport(options.output);
    await summary.prove();
    const lock = await lockOf(options, environment, target, io);
    try {
      const outcome = await pass({ options, environment, target, access, lock }, io);
      return await tell(outcome, { options, target, summary }, io);
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

interface Run {
  options: SyncOptions;
  environment: Environment;
  target: Target;
  access: Access;
  /** Held while the memory is read and written; absent where it is not written. */
  lock: StateLock | undefined;
}

async function lockOf(
  { dryRun, state }: SyncOptions,
  environment: Environment,
  { hasMemory }: Target,
  { signal, stderr }: CommandIO,
): Promise<StateLock | undefined> {
  if (dryRun || !hasMemory) return undefined;
  const onWait = (holder: string): void =>
    void stderr.write(`Waiting to see whether the state folder is in use by ${holder}\n`);
  return StateLock.take(stateFolder(state, environment), { signal, clock: lockClock, onWait });
}

async function pass({ options, environment, target, access, lock }: Run, io: CommandIO): Promise<PassOutcome> {
  const { policy, key, hasMemory } = target;
  // What went wrong is told in one line at the end; lines of a log beside it are for those who asked for them.
  const reconcileID = randomUUID();
  const log = (options.verbose ? commandLog(io, { level: 'debug', format: options.logFormat }) : silentLog).with({
    policy: keyString(key),
    organization: policy.spec.organization,
    reconcileID,
  });
  const progress = new ProgressLine(io);
  const folder = stateFolder(options.state, environment);
  const beforeWrite = lock && ((): void => lock.requireHeld());
  const memory = hasMemory ? new StateFolder(folder, beforeWrite) : undefined;
  const known = hasMemory ? knownStore(new CacheFolder(folder, beforeWrite), key, options.dryRun) : undefined;
  const { status, record } = await remembered(memory, target, { lock, known }, io);
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
        publishers: [statusPublisher({ record, log }), endOfProgress(progress), logPublisher(log)],
        timers: systemClock,
        ...defined({ cacheTTLMs: environment.cacheTTLMs }),
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

/** Before anything is logged of the pass: a line of the log would stand behind the progress. */
function endOfProgress(progress: ProgressLine): Publisher {
  return optionalPublisher({ name: 'progress', failed: 'Progress not ended', publish: () => progress.clear() });
}

/**
 * What earlier runs of this policy left, where no other policy keeps its ruleset, and what becomes of it; proved writable where
 * this run is to write it.
 */
async function remembered(
  memory: StateFolder | undefined,
  { policy, key }: Target,
  { lock, known }: { lock: StateLock | undefined; known: KnownStore | undefined },
  { signal, clock }: CommandIO,
): Promise<{ record: PassRecord; status: PolicyStatus }> {
  if (memory === undefined) return { status: {}, record: NO_RECORD };
  const stored = await memory.readOwn(policy, signal);
  const rivals = await StateRivals.require(memory, { policy, stored }, signal);
  const status = stored?.status ?? {};
  const asked: PassRecord = {
    ...NO_RECORD,
    assertMayWrite: (live) => rivals.requireNone(live),
    known,
  };
  if (lock === undefined) return { status, record: asked };
  await memory.prove(key);
  // Its age is what rivals go by: of two policies for one ruleset the older one rules.
  const creationTimestamp = stored?.metadata.creationTimestamp ?? new Date(clock()).toISOString();
  const kept = { ...policy, metadata: { ...policy.metadata, creationTimestamp } };
  const keepStatus: PassRecord['keepStatus'] = (next, deadline) =>
    memory.write(key, { ...kept, status: next }, deadline);
  const keepIntent: PassRecord['keepIntent'] = async (intent, deadline) => {
    await keepStatus(intent.status, deadline);
    return true;
  };
  return { status, record: { ...asked, keepStatus, keepIntent } };
}

function knownStore(cache: CacheFolder, key: PolicyKey, dryRun: boolean): KnownStore {
  const load = (signal: AbortSignal): Promise<unknown> => cache.load(key, signal);
  return dryRun ? { load } : { load, save: (known, signal) => cache.save(key, known, signal) };
}

interface Telling {
  options: SyncOptions;
  target: Target;
  summary: SummaryFile;
}

async function tell(outcome: PassOutcome, { options, target, summary }: Telling, io: CommandIO): Promise<number> {
  const report = complianceReport(outcome);
  for (const line of remarks(outcome, target.hasMemory)) io.stderr.write(`${line}\n`);
  if (report !== undefined)
    io.stdout.write(
      options.format === 'json' ? printableJSON(report, 2) : outcomeText(outcome, { color: hasColor(io) }),
    );
  const error = outcome.error ?? incompleteness(outcome);
  if (error !== undefined) io.stderr.write(`${errorLine(error)}\n`);
  const code = exitCode(outcome);
  const { output } = options;
  const kept = [
    await isKept(() => summary.write(outcomeMarkdown(outcome, error)), io),
    output === undefined || report === undefined || (await keepReport(output, report, outcome, io)),
  ];
  return kept.includes(false) ? worse(code) : code;
}

async function isKept(write: () => Promise<void>, io: CommandIO): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (thrown) {
    io.stderr.write(`${errorLine(toPlus1Error(thrown))}\n`);
    return false;
  }
}

function remarks({ acted, seen, request }: PassOutcome, hasMemory: boolean): string[] {
  const { waiting = 0, findings = [], absent = [] } = seen ?? {};
  const gone = hasMemory ? 0 : absent.filter(({ fate }) => fate === 'gone').length;
  const paths = request.policy.spec.catalog.paths.join(', ');
  return [
    ...(hasMemory || acted === undefined ? [] : [`no grace period: ${acted.decision.left.length} leave now`]),
    ...(gone === 0
      ? []
      : [
          `${gone} ${gone === 1 ? 'member was not found and stays' : 'members were not found and stay'}: ` +
            'that takes two proofs an hour apart, and a run without --state has no memory of the first',
        ]),
    ...(waiting === 0 ? [] : [`${waiting} members that no listing contains wait for a later run to look them up`]),
    ...(isBlind(findings) ? [`no repository has a file at ${paths}: check the paths; nobody leaves on this`] : []),
  ];
}

/** An incomplete pass is a failure too, and says what was missing. */
function incompleteness({ result, seen, status }: PassOutcome): Plus1Error | undefined {
  if (result !== 'Incomplete') return undefined;
  const message = status.conditions?.find(({ type }) => type === 'Ready')?.message ?? 'the pass is incomplete';
  return new Plus1Error('PLUS1_LISTING_INCOMPLETE', message, seen?.skewed === true ? { fix: 'set the clock' } : {});
}

/** https://no-color.org */
const hasColor = ({ stdout, env }: CommandIO): boolean => stdout.isTTY === true && !env['NO_COLOR'];

/** An exit code of 1 looks like a run that did nothing. */
function doneAllTheSame({ acted }: PassOutcome): string {
  if (acted?.written !== true) return 'this run wrote nothing to GitHub';
  const { entered, left } = acted.decision;
  return `the ruleset was written all the same: ${entered.length} entered, ${left.length} left`;
}

async function keepReport(path: string, report: object, outcome: PassOutcome, io: CommandIO): Promise<boolean> {
  try {
    await writeReport(path, report, io.signal);
    return true;
  } catch (thrown) {
    const { code, message, fix } = toPlus1Error(thrown);
    const error = new Plus1Error(code, `${message}; ${doneAllTheSame(outcome)}`, { cause: thrown, fix });
    io.stderr.write(`${errorLine(error)}\n`);
    return false;
  }
}

/** A dry run that made its plan is a success, held or not; so is a pass that only observes. */
function exitCode({ error, result, dryRun }: PassOutcome): number {
  switch (result) {
    case 'Failed':
      return error === undefined ? EXIT.failed : codeOf(error);
    case 'Incomplete':
      return EXIT.failed;
    case 'Held':
      return dryRun ? EXIT.ok : EXIT.held;
    case 'Observed':
    case 'Succeeded':
      return EXIT.ok;
  }
}

const codeOf = (error: Plus1Error): number => (error.class === 'usage' ? EXIT.usage : EXIT.failed);

const worse = (code: number): number => (code === EXIT.usage ? code : EXIT.failed);
