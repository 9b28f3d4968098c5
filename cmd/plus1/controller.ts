/** `plus1 controller`: the flags of the long-running controller. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../pkg/api/index.js';
import type { LogLevel } from '../../pkg/telemetry/index.js';
import type { CommandIO } from './io.js';

export interface ControllerOptions {
  policies: string;
  state?: string;
  credentials?: string;
  /** Passes at the same time. */
  concurrent: number;
  /** Ms; the operator's floor under every policy's interval. */
  minInterval: number;
  allowedHost: string[];
  metricsAddress: string;
  healthAddress: string;
  logLevel: LogLevel;
}

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
  const collect = (value: string, list: string[]): string[] => [...list, value];
  return new Command('controller')
    .description('keep every policy of a folder converged, until stopped')
    .requiredOption('--policies <dir>', 'folder of Plus1Policy files')
    .option('--state <dir>', 'folder for status and memory; never inside the policies')
    .option('--credentials <dir>', 'folder of Secrets: DIR/<secret name>/<key>')
    .addOption(new Option('--concurrent <n>', 'passes at the same time').argParser(concurrent).default(4))
    .addOption(
      new Option('--min-interval <duration>', "floor under every policy's interval")
        .argParser(durationMs)
        .default(0, '0s'),
    )
    .addOption(
      new Option('--allowed-host <host[:port]>', 'another host that credentials may go to, may be repeated')
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--metrics-address <address>', 'host:port of /metrics, 0 for off', ':8080')
    .option('--health-address <address>', 'host:port of /healthz and /readyz, 0 for off', ':8081')
    .addOption(
      new Option('--log-level <level>', 'least level to log')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info'),
    )
    .action(async (options: ControllerOptions) => {
      // Loaded here: servers and metrics would cost every other command time and memory at its start.
      const { runController } = await import('./run-controller.js');
      io.done(await runController(options, io));
    });
}
