/** One run of `check`, from options to exit code: target, access, questions, results. Nothing is written, here or at GitHub. */
import { silentLog } from '../../../pkg/base/index.js';
import { CATALOGUE, errorLine, Plus1Error, toPlus1Error, type ErrorCode } from '../../../pkg/errors/index.js';
import { createGitHub } from '../../../pkg/github/index.js';
import { resolveAccess, resolveBackup, type Access, type AccessSources } from '../../../pkg/reconciler/index.js';
import { accessSources } from '../access-sources.js';
import { commandLog } from '../command-log.js';
import { defined } from '../defined.js';
import { readEnvironment, type Environment } from '../environment.js';
import { clockOf, EXIT, type CommandIO } from '../io.js';
import { SYNC_DEFAULTS } from '../sync-options.js';
import { resolveTarget, type Target } from '../target.js';
import { askAll } from './ask.js';
import { checkBackup } from './backup.js';
import { checklistNeeds } from './checklist.js';
import { judge } from './judge.js';
import type { CheckOptions } from './options.js';
import { checkJSON, checkText, type Checked } from './render.js';
import type { CheckResult } from './result.js';

/** A person waits: one more try tells a hiccup from an outage. */
const DEFAULT_ATTEMPTS = 1;

/** Checks once and tells the exit code. Never throws. */
export async function runCheck(options: CheckOptions, io: CommandIO): Promise<number> {
  try {
    const environment = readEnvironment(io.env);
    const target = await resolveTarget({ ...SYNC_DEFAULTS, ...options }, environment, io);
    const sources = accessSources(options, environment);
    const access = await resolveAccess(target.policy, sources, io.signal);
    const checked = await checkBoth({ options, environment, target, access }, sources, io);
    if (io.signal.aborted) throw new Plus1Error('PLUS1_INTERRUPTED', 'stopped before everything was asked');
    io.stdout.write(options.format === 'json' ? checkJSON(checked) : checkText(checked, { color: hasColor(io) }));
    return exitCode(checked.results, options.strict);
  } catch (thrown) {
    const error = toPlus1Error(thrown);
    io.stderr.write(`${errorLine(error)}\n`);
    return error.class === 'usage' ? EXIT.usage : EXIT.failed;
  }
}

interface Run {
  options: CheckOptions;
  environment: Environment;
  target: Target;
  access: Access;
}

/** The credential of the policy and, where it names one, the backup, which nobody would miss before it is needed. */
async function checkBoth(run: Run, sources: AccessSources, io: CommandIO): Promise<Checked> {
  const first = await check(run, io);
  const { policy } = run.target;
  const backup = await checkBackup(
    () => resolveBackup(policy, sources, io.signal),
    (access) => check({ ...run, access }, io),
  );
  return { ...first, results: [...first.results, ...backup.results], backup: backup.credential };
}

async function check({ options, environment, target, access }: Run, io: CommandIO): Promise<Checked> {
  const { organization, egress, github: policy, issues, ruleset } = target.policy.spec;
  const log = options.verbose ? commandLog(io, { level: 'debug', format: options.logFormat }) : silentLog;
  const github = createGitHub({
    apiURL: policy.apiURL,
    credential: access.credential,
    organization,
    ...{ targeting: ruleset.targeting, property: ruleset.property },
    proxy: environment.proxy,
    tlsMinVersion: options.tlsMinVersion,
    attempts: environment.attempts ?? DEFAULT_ATTEMPTS,
    ...defined({ caCert: access.caCert, retryDelayMs: environment.retryDelayMs }),
    maxWaitMs: options.maxWait,
    onWait: ({ untilMs, why }) => io.stderr.write(`Waiting until ${new Date(untilMs).toISOString()}: ${why}\n`),
    clock: clockOf(io),
    random: io.random,
    log,
  });
  try {
    const sights = await askAll(github.examiner, { organization, ruleset: ruleset.name }, io.signal);
    const judged = judge(sights, access.credential, {
      ...{ organization, ruleset: ruleset.name, aim: ruleset },
      makesRuleset: ruleset.template?.create === true,
      opensIssues: issues.mode !== 'Off',
      isFor: egress.delivery === 'SharedFile' ? [...options.for, 'shared-file'] : options.for,
      checklist: checklistNeeds(target.policy.spec),
      host: new URL(policy.apiURL).host,
      source: sourceOf(options, access, io.env),
      localMs: io.clock(),
    });
    return { ...judged, expiresMs: sights.headers.expiresMs };
  } finally {
    await github.close();
  }
}

/** Where the credential came from, so that a person knows which one to change. */
function sourceOf({ token }: CheckOptions, { secretName }: Access, env: CommandIO['env']): string {
  if (token !== undefined) return '--token';
  if (secretName !== undefined) return `the Secret ${secretName}`;
  return env['GHE_ADMIN_TOKEN'] ? 'GHE_ADMIN_TOKEN' : 'GITHUB_TOKEN';
}

/** Usage comes before failure, as in every command. What could not be told is no success. */
function exitCode(results: readonly CheckResult[], strict: boolean): number {
  const isUsage = ({ code }: CheckResult): boolean =>
    code !== undefined && code in CATALOGUE && CATALOGUE[code as ErrorCode].class === 'usage';
  if (results.some(isUsage)) return EXIT.usage;
  if (results.some(({ result }) => result === 'missing' || result === 'unknown')) return EXIT.failed;
  return strict && results.some(({ result }) => result === 'warning') ? EXIT.failed : EXIT.ok;
}

/** https://no-color.org */
const hasColor = ({ stdout, env }: CommandIO): boolean => stdout.isTTY === true && !env['NO_COLOR'];
