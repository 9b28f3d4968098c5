/** The flags of `sync` and `plan`: declared, judged and typed in one place, so that help, messages and meaning agree. */
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../pkg/api/index.js';
import { collectHost } from './allowed-host.js';
import { JOURNAL_DEFAULTS, withJournalOptions, type JournalFlags } from './journal-flags.js';
import { withLimitOptions, type LimitOptions } from './limit-options.js';
import { logFormatOption, VERBOSE_LOG } from './log-format.js';
import { NOTIFY_DEFAULTS, withNotifyOptions, type NotifyOptions } from './notify-options.js';

export interface SyncOptions extends LimitOptions, JournalFlags, NotifyOptions {
  org?: string;
  file?: string;
  dryRun: boolean;
  ruleset?: string;
  yamlPath?: string[];
  productionLifecycle?: string[];
  apiUrl?: string;
  allowedHost: string[];
  token?: string;
  credentials?: string;
  state?: string;
  gracePeriod?: string;
  output?: string;
  summary?: string;
  format: 'text' | 'json';
  maxWait: number;
  verbose: boolean;
  /** This run is `EnterOnly`, whatever the policy says. */
  emergencyMode: boolean;
  /** Goes on where an interrupted run ended. */
  resume: boolean;
  /** Of the log of `verbose`: by whether it is a terminal, unless given. */
  logFormat?: 'text' | 'json';
  tlsMinVersion: '1.2' | '1.3';
}

/** A run of a person or a CI job waits for a limit that ends soon, and gives up on one that takes an hour. */
const DEFAULT_MAX_WAIT = '90s';

const collect = (value: string, list: string[] = []): string[] => [...list, value];

function durationText(value: string): string {
  if (value === '0') return '0s';
  if (parseDuration(value) === undefined) throw new InvalidArgumentError('allowed: a duration such as 90s, 10m or 24h');
  return value;
}

const durationToMs = (value: string): number => parseDuration(durationText(value)) ?? 0;

/** Puts on a command the flags that say which organization and ruleset, with which credential, and how GitHub is reached. */
export function withAccessOptions(command: Command): Command {
  return command
    .option('--org <organization>', 'the organization, for a run without a policy file (TARGET_ORG)')
    .option('-f, --file <policy>', 'a file with exactly one Plus1Policy')
    .option('--ruleset <name>', 'name of the ruleset (default: RULESET_NAME, else plus1_enforcement)')
    .option('--api-url <url>', 'REST root of GitHub (default: GITHUB_API_URL, else https://api.github.com)')
    .addOption(
      new Option('--allowed-host <host[:port]>', 'another host that the credential may go to, may be repeated')
        .argParser(collectHost)
        .default([], 'none'),
    )
    .option('--token <token>', 'GitHub token (GHE_ADMIN_TOKEN, GITHUB_TOKEN)')
    .option('--credentials <dir>', 'folder of Secrets: DIR/<secret name>/<key>')
    .addOption(
      new Option('--max-wait <duration>', 'longest wait for a rate limit')
        .argParser(durationToMs)
        .default(durationToMs(DEFAULT_MAX_WAIT), DEFAULT_MAX_WAIT),
    )
    .addOption(new Option('--tls-min-version <version>', 'oldest TLS to speak').choices(['1.2', '1.3']).default('1.3'));
}

/** Puts the flags of `sync` on a command. */
export function withSyncOptions(command: Command): Command {
  const own = withEmergencyOptions(command.option('--dry-run', 'make the plan and show it; write nothing', false));
  return withJournalOptions(
    withNotifyOptions(withPassOptions(own)),
    '.journal of the state folder; without a memory none',
  ).addHelpText(
    'after',
    `
Exit codes:
  0  the pass did its work; a dry run made its plan; mode: Observe; a suspended policy
  1  any failure: an unproved write, an incomplete pass, a report that cannot be written
  2  wrong usage, policy or address
  3  a guard held the plan; what enters was still applied`,
  );
}

/** Puts the flags of `plan` on a command. It takes `--dry-run` too, which changes nothing and is not offered. */
export function withPlanOptions(command: Command): Command {
  return withPassOptions(command.addOption(new Option('--dry-run').default(false).hideHelp())).addHelpText(
    'after',
    `
Exit codes:
  0  the plan was made, held by a guard or not
  1  any failure: an incomplete pass, a report that cannot be written
  2  wrong usage, policy or address`,
  );
}

function withPassOptions(command: Command): Command {
  return withLimitOptions(withAccessOptions(command))
    .option(
      '--yaml-path <path>',
      'catalogue file, may be repeated (default: DATADOG_YAML_PATH, else entity.datadog.yaml)',
      collect,
    )
    .option(
      '--production-lifecycle <value>',
      'lifecycle that means production, may be repeated (default: PRODUCTION_LIFECYCLE_VALUES, else production and Production)',
      collect,
    )
    .option(
      '--state <dir>',
      'folder for the memory between runs (default: with --file $XDG_STATE_HOME/plus1, else ~/.local/state/plus1; with --org none)',
    )
    .addOption(
      new Option(
        '--grace-period <duration>',
        "how long a repository must have stopped declaring production before it leaves (default: the policy's, else 24h; without a memory 0s)",
      ).argParser(durationText),
    )
    .option('--output <file>', 'write the JSON report to a file')
    .option('--summary <file>', 'write a summary in Markdown, such as for $GITHUB_STEP_SUMMARY')
    .addOption(new Option('--format <format>', 'what standard output holds').choices(['text', 'json']).default('text'))
    .option('-v, --verbose', 'log every request, and every repository that changed, to standard error', false)
    .addOption(logFormatOption(VERBOSE_LOG));
}

function withEmergencyOptions(command: Command): Command {
  return command
    .option('--emergency-mode', 'only what enters is applied in this run, as with mode: EnterOnly', false)
    .option('--resume', 'reuse what an interrupted run read, whatever CACHE_TTL says; list again', false);
}

/** Flags of the specification's `ruleset-manager`. */
export function withRulesetManagerOptions(command: Command): Command {
  return withEmergencyOptions(command)
    .option('--token <token>', 'GitHub token (GHE_ADMIN_TOKEN, GITHUB_TOKEN)')
    .option('--org <organization>', 'GitHub organization name (TARGET_ORG)')
    .option('--dry-run', 'perform a dry run', false)
    .option('--verbose', 'enable verbose logging', false)
    .option('--ruleset <name>', 'ruleset name (RULESET_NAME)')
    .option('--yaml-path <path>', 'path to the Datadog YAML file (DATADOG_YAML_PATH)', collect)
    .option('--output <file>', 'save the report to a JSON file');
}

/** What the flags that a command does not have stand at. */
export const SYNC_DEFAULTS: SyncOptions = {
  ...JOURNAL_DEFAULTS,
  ...NOTIFY_DEFAULTS,
  dryRun: false,
  emergencyMode: false,
  resume: false,
  allowedHost: [],
  format: 'text',
  maxWait: durationToMs(DEFAULT_MAX_WAIT),
  verbose: false,
  tlsMinVersion: '1.3',
};
