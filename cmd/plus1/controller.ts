/** `plus1 controller`: the flags of the long-running controller. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../pkg/api/index.js';
import { LOG_LEVELS } from '../../pkg/base/index.js';
import { collectHost } from './allowed-host.js';
import { checkSource } from './cluster-options.js';
import type { ControllerFlags } from './controller-options.js';
import type { CommandIO } from './io.js';
import { withJournalOptions } from './journal-flags.js';
import { emergencyEgressOption, withLimitOptions } from './limit-options.js';
import { logFormatOption } from './log-format.js';
import { withNotifyOptions } from './notify-options.js';
import { withReportOptions } from './report-flags.js';
import { reporting } from './program.js';

/** More passes at once only wait for the same two cores and the same credentials. */
const MAX_CONCURRENT = 64;

function concurrent(value: string): number {
  const number = /^\d+$/.test(value) ? Number(value) : 0;
  if (number < 1 || number > MAX_CONCURRENT)
    throw new InvalidArgumentError(`allowed: a whole number from 1 to ${MAX_CONCURRENT}`);
  return number;
}

function durationMs(value: string): number {
  const ms = parseDuration(value);
  if (ms === undefined) throw new InvalidArgumentError('allowed: a duration such as 30s, 10m or 1h');
  return ms;
}

/** The subcommand, speaking through `io`. */
export function controllerCommand(io: CommandIO): Command {
  return withReportOptions(
    withJournalOptions(controllerFlags(), '.journal of the state folder; in a cluster none without --state'),
  ).action(async (flags: ControllerFlags) => io.done(await reporting(io, () => runFlags(flags, io))));
}

function controllerFlags(): Command {
  const collect = (value: string, list: string[]): string[] => [...list, value];
  const command = new Command('controller')
    .description('keep every policy of a cluster, or of a folder, converged, until stopped')
    .option('--policies <dir>', 'folder of Plus1Policy files; without it the policies live in a cluster')
    .addOption(
      new Option('--namespace <namespace>', 'namespace of the cluster to look at, may be repeated')
        .argParser(collect)
        .default([], 'that of the pod, else of the kubeconfig'),
    )
    .option('--all-namespaces', 'look at every namespace of the cluster')
    .option('--leader-elect', 'work only while holding the lease plus1-controller, so that several may stand by')
    .option(
      '--approvals-verified',
      'an admission policy of the cluster proves who approves and with which groups; without it both are claims',
    )
    .option(
      '--state <dir>',
      'folder for status and memory, never inside the policies; with a cluster, for a cache and the journal',
    )
    .option('--credentials <dir>', 'folder of Secrets: DIR/<secret name>/<key>; only with --policies')
    .addOption(new Option('--concurrent <n>', 'passes at the same time').argParser(concurrent).default(4))
    .addOption(
      new Option('--min-interval <duration>', "floor under every policy's interval")
        .argParser(durationMs)
        .default(0, '0s'),
    );
  return withNotifyOptions(withLimitOptions(command))
    .addOption(emergencyEgressOption())
    .addOption(
      new Option('--allowed-host <host[:port]>', 'another host that credentials may go to, may be repeated')
        .argParser(collectHost)
        .default([], 'none'),
    )
    .option(
      '--web-address <address>',
      'host:port of the read-only web page, 0 for off (default: 127.0.0.1:8082 in a cluster; off with --policies)',
    )
    .addOption(
      new Option(
        '--web-auth <kind>',
        'none: something in front of the web page asks who comes; needed where others than this machine can reach it',
      ).choices(['none']),
    )
    .option('--siem <file>', 'YAML file of the sinks to which the journal is sent')
    .option('--metrics-address <address>', 'host:port of /metrics, 0 for off', ':8080')
    .option('--health-address <address>', 'host:port of /healthz and /readyz, 0 for off', ':8081')
    .option('--webhook-address <address>', 'host:port at which GitHub may send webhooks, 0 for off', '0')
    .addOption(new Option('--tls-min-version <version>', 'oldest TLS to speak').choices(['1.2', '1.3']).default('1.3'))
    .addOption(new Option('--log-level <level>', 'least level to log').choices(LOG_LEVELS).default('info'))
    .addOption(logFormatOption());
}

/** Loaded when it is clear which: servers, metrics and the Kubernetes client would cost every other command time and memory. */
async function runFlags({ policies, ...options }: ControllerFlags, io: CommandIO): Promise<number> {
  checkSource({ policies, ...options });
  if (policies !== undefined) {
    const { runFolder } = await import('./run-folder.js');
    return runFolder({ policies, ...options }, io);
  }
  const { runCluster } = await import('./run-cluster.js');
  return runCluster(options, io);
}
