/** What every controller process has, wherever its policies live: a log, servers, and an exit code in the end. */
import type { Log } from '../../pkg/base/index.js';
import { runnable, type Runnable } from '../../pkg/controller/index.js';
import { errorLine, toPlus1Error } from '../../pkg/errors/index.js';
import { createServers, parseAddress, type HealthChecks } from '../../pkg/server/index.js';
import { Metrics } from '../../pkg/telemetry/index.js';
import type { Assembly, PolicySource } from './assemble.js';
import { systemClock } from './clock.js';
import { commandLog } from './command-log.js';
import type { ControllerOptions } from './controller-options.js';
import { EXIT, type CommandIO } from './io.js';
import { version } from './version.js';

/** Runs `work` until it ends, tells how, and returns the exit code. Never throws. */
export async function logged(
  { logLevel, logFormat }: Pick<ControllerOptions, 'logLevel' | 'logFormat'>,
  io: CommandIO,
  work: (log: Log) => Promise<void>,
): Promise<number> {
  const log = commandLog(io, { level: logLevel, format: logFormat });
  try {
    await work(log);
    log.info('Stopped');
    return EXIT.ok;
  } catch (thrown) {
    const error = toPlus1Error(thrown);
    if (error.class === 'usage') io.stderr.write(`${errorLine(error)}\n`);
    else log.error('Stopped by a fault', { code: error.code, error: error.message });
    return error.class === 'usage' ? EXIT.usage : EXIT.failed;
  }
}

/** Where policies live, as the first line tells it. */
type Where = { policies: string } | { namespaces: readonly string[] | 'all' };

type Told = Pick<
  ControllerOptions,
  'concurrent' | 'minInterval' | 'metricsAddress' | 'healthAddress' | 'webhookAddress'
>;

/**
 * The first line of a process: what it is and its settings, for the person who reads the log of yesterday. Throws PLUS1_USAGE
 * for an address that is none: a wrong flag is told in one line, and alone.
 */
export function logStart(
  log: Log,
  { concurrent, minInterval, metricsAddress, healthAddress, webhookAddress }: Told,
  where: Where & { leaderElect: boolean },
): void {
  parseAddress(metricsAddress, '--metrics-address');
  parseAddress(healthAddress, '--health-address');
  parseAddress(webhookAddress, '--webhook-address');
  const own = { version: version(), node: process.version };
  log.info('Starting', { ...own, ...where, concurrent, minInterval: `${minInterval / 1_000}s` });
}

interface ServersSetup {
  options: Pick<ControllerOptions, 'metricsAddress' | 'healthAddress'>;
  metrics: Metrics;
  log: Log;
  checks: HealthChecks;
}

/** What is counted. Node's own series are left out where nothing serves them: they wake a process at rest ten times a second. */
export function metricsOf({ metricsAddress }: Pick<ControllerOptions, 'metricsAddress'>): Metrics {
  return new Metrics({
    version: version(),
    defaultMetrics: parseAddress(metricsAddress, '--metrics-address') !== undefined,
  });
}

/** Opened before anything starts, so that a wrong address ends the process at once. */
export async function servers({ options, metrics, log, checks }: ServersSetup): Promise<Runnable> {
  const { metricsAddress, healthAddress } = options;
  const addresses = { metricsAddress, healthAddress };
  const open = await createServers({ ...addresses, registry: metrics.registry, checks, log, clock: systemClock });
  return { name: 'servers', start: async () => undefined, stop: () => open.close() };
}

/** What `/healthz` and `/readyz` ask. */
export function checks({ home }: PolicySource, { reconciler, controller }: Omit<Assembly, 'look'>): HealthChecks {
  return {
    healthz: {
      // A pass that ignores its own timeout is a fault of ours, which only a restart fixes. The troubles of GitHub and of an API server are none.
      passes: () => ({
        ok: controller.overdue().length === 0,
        message: `${controller.overdue().length} passes do not end`,
      }),
    },
    readyz: {
      policies: () => ({ ok: home.synced, message: home.synced ? 'they were read' : 'they were not read yet' }),
      'first-pass': () => {
        const { done, total } = reconciler.firstLooks;
        return { ok: done === total, message: `${done} of ${total} policies looked at` };
      },
    },
  };
}

/** Delivers notifications, in a process that works on policies. */
export const sending = ({ notifier }: Pick<Assembly, 'notifier'>): Runnable[] =>
  notifier === undefined ? [] : [runnable('notifications', (signal) => notifier.run(signal))];
