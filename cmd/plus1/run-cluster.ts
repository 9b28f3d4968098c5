/**
 * Runs the controller on a cluster: servers, events, policies, the lease, and then the loop; stopped in reverse. Followers
 * serve health and metrics and keep their copy of the policies, so that one of them takes over at once.
 */
import { runAll, runnable, type Runnable } from '../../pkg/controller/index.js';
import { errorLine, toPlus1Error } from '../../pkg/errors/index.js';
import type { ClusterHome, Lease } from '../../pkg/kube/index.js';
import type { PolicyReconciler } from '../../pkg/reconciler/index.js';
import { createServers, type HealthChecks } from '../../pkg/server/index.js';
import { createLog, Metrics, type Log } from '../../pkg/telemetry/index.js';
import { systemClock } from './clock.js';
import { openCluster, type ClusterPlace } from './cluster.js';
import type { ClusterOptions } from './controller.js';
import { readEnvironment, type Environment } from './environment.js';
import { EXIT, type CommandIO } from './io.js';
import { leading, syncing } from './cluster-parts.js';
import { createLoop, type Loop } from './loop.js';
import { stateFolder } from './state-folder.js';
import { version } from './version.js';

/** Runs until the signal or the loss of the lease; tells the exit code. Never throws. */
export async function runCluster(options: ClusterOptions, io: CommandIO): Promise<number> {
  const log = createLog({ level: options.logLevel, stream: io.stderr, clock: io.clock });
  try {
    const environment = readEnvironment(io.env);
    const metrics = new Metrics({ version: version() });
    const folder = stateFolder(options.state, environment);
    const place = await openCluster({ options, folder, log, metrics }, io);
    const parts = await partsOf(place, { options, environment, log, metrics }, io);
    await runAll(parts, { signal: io.signal, clock: systemClock, log });
    await place.close();
    log.info('Stopped');
    return EXIT.ok;
  } catch (thrown) {
    const error = toPlus1Error(thrown);
    if (error.class === 'usage') io.stderr.write(`${errorLine(error)}\n`);
    else log.error('Stopped by a fault', { code: error.code, error: error.message });
    return error.class === 'usage' ? EXIT.usage : EXIT.failed;
  }
}

interface Setup {
  options: ClusterOptions;
  environment: Environment;
  log: Log;
  metrics: Metrics;
}

async function partsOf(place: ClusterPlace, setup: Setup, io: CommandIO): Promise<Runnable[]> {
  const { options, log, metrics } = setup;
  const { concurrent, minInterval, metricsAddress, healthAddress } = options;
  const { home, lease, events } = place;
  const { environment } = setup;
  const common = { environment, log, metrics, clock: systemClock, random: io.random };
  const loop = createLoop(place, { concurrent, minInterval, ...common });
  const { controller, look } = loop;
  io.onHangup(() => home.list().forEach(({ key }) => look(key)));
  const checks = checksOf(home, lease, loop);
  const open = await createServers({ metricsAddress, healthAddress, registry: metrics.registry, checks, log });
  return [
    { name: 'servers', start: async () => undefined, stop: () => open.close() },
    runnable('events', (signal) => events.run(signal)),
    syncing(home, look),
    ...(lease === undefined ? [] : [leading(lease, controller)]),
    runnable('controller', (signal) => controller.run(signal)),
  ];
}

function checksOf(home: ClusterHome, lease: Lease | undefined, { controller, reconciler }: Loop): HealthChecks {
  return {
    healthz: {
      // A pass that ignores its own timeout is a fault of ours, which only a restart mends. The troubles of GitHub and of
      // the API server are none: a restart would make them worse.
      passes: () => ({
        ok: controller.overdue().length === 0,
        message: `${controller.overdue().length} passes do not end`,
      }),
    },
    readyz: {
      policies: () => ({ ok: home.synced, message: home.synced ? 'listed' : 'not listed yet' }),
      'first-looks': () => firstLooks(reconciler, lease),
    },
  };
}

/** A follower looks at nothing. */
function firstLooks(reconciler: PolicyReconciler, lease: Lease | undefined): { ok: boolean; message: string } {
  if (lease !== undefined && !lease.isHeld) return { ok: true, message: 'another process leads' };
  const { done, total } = reconciler.firstLooks;
  return { ok: done === total, message: `${done} of ${total} policies looked at` };
}
