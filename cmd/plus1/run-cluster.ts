/**
 * Runs the controller on a cluster: servers, events, policies, the lease, and then the loop; stopped in reverse. Followers
 * serve health and metrics and keep their copy of the policies, so that one of them takes over at once.
 */
import type { Log } from '../../pkg/base/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import { runAll, runnable, type Runnable } from '../../pkg/controller/index.js';
import type { Lease } from '../../pkg/kube/index.js';
import type { HealthChecks } from '../../pkg/server/index.js';
import type { ReportKeeper } from '../../pkg/report/index.js';
import type { Forwarders } from '../../pkg/siem/index.js';
import type { Metrics } from '../../pkg/telemetry/index.js';
import type { Following } from '../../pkg/web/index.js';
import { assemble } from './assemble.js';
import { systemClock } from './clock.js';
import { openCluster, type ClusterSource } from './cluster-source.js';
import { leading, looksOf, namespaceChecks, syncing } from './cluster-parts.js';
import type { ClusterOptions } from './controller-options.js';
import { checks, logged, metricsOf, sending, servers, logStart } from './controller-parts.js';
import { readEnvironment, type Environment } from './environment.js';
import type { CommandIO } from './io.js';
import { keeping, openReports, told } from './report-source.js';
import { forwarding, openSiem, readSinks } from './siem-source.js';
import { stateFolder } from './state-folder.js';
import { withWeb } from './web-parts.js';
import { areWebhooksOn, withWebhooks } from './webhook-parts.js';

/** Runs until the signal or the loss of the lease; tells the exit code. Never throws. */
export function runCluster(options: ClusterOptions, io: CommandIO): Promise<number> {
  return logged(options, io, async (log) => {
    const environment = readEnvironment(io.env);
    const metrics = metricsOf(options);
    const folder = stateFolder(options.state, environment);
    const siem = await siemOf(options, { folder, environment, log, metrics }, io);
    const reports = await reportsOf(options, { folder, log }, io);
    const source = await openCluster({ options, folder, log, metrics, onWritten: told(siem, reports) }, io);
    const { namespaces, lease } = source;
    logStart(log, options, {
      namespaces: namespaces.length === 0 ? 'all' : namespaces,
      leaderElect: lease !== undefined,
    });
    try {
      const running = await parts(source, { options, environment, folder, log, metrics, siem, reports }, io);
      await runAll(running, { signal: io.signal, clock: systemClock, log });
    } finally {
      await source.close();
    }
  });
}

interface Setup {
  options: ClusterOptions;
  environment: Environment;
  /** The state folder. */
  folder: string;
  log: Log;
  metrics: Metrics;
  siem: Forwarders | undefined;
  reports: ReportKeeper | undefined;
}

/** Undefined where the journal is sent nowhere. Throws PLUS1_USAGE where there is no journal to send. */
async function siemOf(
  options: ClusterOptions,
  { folder, ...setup }: Pick<Setup, 'environment' | 'log' | 'metrics'> & { folder: string },
  io: CommandIO,
): Promise<Forwarders | undefined> {
  if (options.siem === undefined) return undefined;
  if (options.journal === undefined && options.state === undefined)
    throw new Plus1Error('PLUS1_USAGE', '--siem: there is no journal to send', { fix: 'give --state as well' });
  const sinks = await readSinks(options.siem, io);
  return openSiem({ sinks, flags: options, state: folder, clock: systemClock, ...setup }, io);
}

/** Undefined where no journal is kept. Throws PLUS1_USAGE where a folder of reports is named all the same. */
async function reportsOf(
  options: ClusterOptions,
  { folder, log }: Pick<Setup, 'log'> & { folder: string },
  io: CommandIO,
): Promise<ReportKeeper | undefined> {
  if (options.journal !== undefined || options.state !== undefined)
    return openReports({ flags: options, state: folder, clock: systemClock, log }, io);
  if (options.reports === undefined || options.reports === '0') return undefined;
  throw new Plus1Error('PLUS1_USAGE', '--reports: there is no journal to report from', { fix: 'give --state as well' });
}

async function parts(source: ClusterSource, setup: Setup, io: CommandIO): Promise<Runnable[]> {
  const { home, lease, events } = source;
  const assembly = assemble(source, {
    ...{ ...setup, clock: systemClock, random: io.random, stop: io.signal },
    areHinted: areWebhooksOn(setup.options),
  });
  const { controller } = assembly;
  const { look, lookAtAll } = looksOf(home, lease, assembly.look);
  io.onHangup(looksOf(home, lease, assembly.demand).lookAtAll);
  const asked = followerChecks(namespaceChecks(checks(source, assembly), home), lease);
  const others = await withWebhooks(await servers({ ...setup, checks: asked }), setup.options, {
    ...{ source, assembly, ...setup },
    leads: () => leads(lease, io.signal),
  });
  const { options, folder: state, log } = setup;
  return [
    ...(await withWeb(others, { options, home, state, isInCluster: true, following: () => followed(lease), log }, io)),
    source.storage.measuring(setup.metrics.storage(), systemClock),
    ...forwarding(setup.siem),
    ...keeping(setup.reports, assembly),
    runnable('events', (signal) => events.run(signal)),
    syncing(home, look),
    ...(lease === undefined ? [] : [leading(lease, controller)]),
    ...sending(assembly),
    runnable('controller', (signal) => {
      lookAtAll();
      return controller.run(signal);
    }),
  ];
}

const leads = (lease: Lease | undefined, stop: AbortSignal): boolean =>
  !stop.aborted && (lease === undefined || lease.isHeld);

/** Who leads, where this replica does not. */
function followed(lease: Lease | undefined): Following | undefined {
  return lease === undefined || lease.isHeld ? undefined : { leader: lease.holder ?? 'another one' };
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
