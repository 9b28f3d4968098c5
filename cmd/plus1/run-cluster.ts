/**
 * Runs the controller on a cluster: servers, events, policies, the lease, and then the loop; stopped in reverse. Followers
 * serve health and metrics and keep their copy of the policies, so that one of them takes over at once.
 */
import type { Log } from '../../pkg/base/index.js';
import { runAll, runnable, type Runnable } from '../../pkg/controller/index.js';
import type { Lease } from '../../pkg/kube/index.js';
import type { HealthChecks } from '../../pkg/server/index.js';
import { Metrics } from '../../pkg/telemetry/index.js';
import { assemble } from './assemble.js';
import { systemClock } from './clock.js';
import { openCluster, type ClusterSource } from './cluster-source.js';
import { leading, looksOf, namespaceChecks, syncing } from './cluster-parts.js';
import type { ClusterOptions } from './controller-options.js';
import { checks, logged, servers, logStart } from './controller-parts.js';
import { readEnvironment, type Environment } from './environment.js';
import type { CommandIO } from './io.js';
import { stateFolder } from './state-folder.js';
import { version } from './version.js';

/** Runs until the signal or the loss of the lease; tells the exit code. Never throws. */
export function runCluster(options: ClusterOptions, io: CommandIO): Promise<number> {
  return logged(options, io, async (log) => {
    const environment = readEnvironment(io.env);
    const metrics = new Metrics({ version: version() });
    const folder = stateFolder(options.state, environment);
    const source = await openCluster({ options, folder, log, metrics }, io);
    const { namespaces, lease } = source;
    logStart(log, options, {
      namespaces: namespaces.length === 0 ? 'all' : namespaces,
      leaderElect: lease !== undefined,
    });
    try {
      const running = await parts(source, { options, environment, log, metrics }, io);
      await runAll(running, { signal: io.signal, clock: systemClock, log });
    } finally {
      await source.close();
    }
  });
}

interface Setup {
  options: ClusterOptions;
  environment: Environment;
  log: Log;
  metrics: Metrics;
}

async function parts(source: ClusterSource, setup: Setup, io: CommandIO): Promise<Runnable[]> {
  const { home, lease, events } = source;
  const assembly = assemble(source, { ...setup, clock: systemClock, random: io.random, stop: io.signal });
  const { controller } = assembly;
  const { look, lookAtAll } = looksOf(home, lease, assembly.look);
  io.onHangup(looksOf(home, lease, assembly.demand).lookAtAll);
  return [
    await servers({ ...setup, checks: followerChecks(namespaceChecks(checks(source, assembly), home), lease) }),
    source.storage.measuring(setup.metrics.storage(), systemClock),
    runnable('events', (signal) => events.run(signal)),
    syncing(home, look),
    ...(lease === undefined ? [] : [leading(lease, controller)]),
    runnable('controller', (signal) => {
      lookAtAll();
      return controller.run(signal);
    }),
  ];
}

/** A follower has looked at nothing, and is ready all the same: it could take over. */
function followerChecks({ healthz, readyz }: HealthChecks, lease: Lease | undefined): HealthChecks {
  if (lease === undefined) return { healthz, readyz };
  const { 'first-pass': firstLooks, ...others } = readyz;
  const follows = { ok: true, message: 'another process leads' };
  return {
    healthz,
    readyz: { ...others, 'first-pass': () => (lease.isHeld ? (firstLooks?.() ?? follows) : follows) },
  };
}
