/** Runs the controller: servers first, then the policies' home, then the loop; stopped in reverse. */
import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { runAll, runnable, type Runnable } from '../../pkg/controller/index.js';
import { errorLine, Plus1Error, toPlus1Error } from '../../pkg/errors/index.js';
import { createServers, type HealthChecks } from '../../pkg/server/index.js';
import { createLog, Metrics, type Log } from '../../pkg/telemetry/index.js';
import { assemble, type Assembly, type Place } from './assemble.js';
import { systemClock } from './clock.js';
import type { ControllerOptions } from './controller.js';
import { readEnvironment, type Environment } from './environment.js';
import { openFolder } from './folder-place.js';
import { EXIT, type CommandIO } from './io.js';
import { realPlace } from './real-place.js';
import { stateFolder } from './state-folder.js';
import { version } from './version.js';

/** Runs until the signal; tells the exit code. Never throws. */
export async function runController(options: ControllerOptions, io: CommandIO): Promise<number> {
  const log = createLog({ level: options.logLevel, stream: io.stderr, clock: io.clock });
  try {
    const environment = readEnvironment(io.env);
    const folder = await folders(options, environment);
    await runAll(await parts({ options, environment, folder, log }, io), {
      signal: io.signal,
      clock: systemClock,
      log,
    });
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
  options: ControllerOptions;
  environment: Environment;
  folder: string;
  log: Log;
}

async function parts({ options, environment, folder, log }: Setup, io: CommandIO): Promise<Runnable[]> {
  const metrics = new Metrics({ version: version() });
  const place = openFolder({
    policies: options.policies,
    state: folder,
    credentials: options.credentials,
    allowedHosts: options.allowedHost,
    environment,
    clock: io.clock,
    log,
  });
  const assembly = assemble(place, { options, environment, log, metrics, clock: systemClock, random: io.random });
  const { controller, look } = assembly;
  const { home } = place;
  io.onHangup(() => home.list().forEach(({ key }) => look(key)));
  return [
    await servers({ options, metrics, log, checks: checks(place, assembly) }),
    runnable('policies', (signal) => home.watch(look, signal)),
    runnable('controller', (signal) => controller.run(signal)),
  ];
}

interface ServersSetup {
  options: Pick<ControllerOptions, 'metricsAddress' | 'healthAddress'>;
  metrics: Metrics;
  log: Log;
  checks: HealthChecks;
}

/** Opened before anything starts, so that a wrong address ends the process at once. */
export async function servers({ options, metrics, log, checks }: ServersSetup): Promise<Runnable> {
  const { metricsAddress, healthAddress } = options;
  const open = await createServers({ metricsAddress, healthAddress, registry: metrics.registry, checks, log });
  return { name: 'servers', start: async () => undefined, stop: () => open.close() };
}

/** What `/healthz` and `/readyz` ask. */
export function checks({ home }: Place, { reconciler, controller }: Omit<Assembly, 'look'>): HealthChecks {
  return {
    healthz: {
      // A pass that ignores its own timeout is a fault of ours, which only a restart mends. The troubles of GitHub and of an API server are none.
      passes: () => ({
        ok: controller.overdue().length === 0,
        message: `${controller.overdue().length} passes do not end`,
      }),
    },
    readyz: {
      policies: () => ({ ok: home.synced, message: home.synced ? 'they were read' : 'they were not read yet' }),
      'first-looks': () => {
        const { done, total } = reconciler.firstLooks;
        return { ok: done === total, message: `${done} of ${total} policies looked at` };
      },
    },
  };
}

/** Throws PLUS1_FILE_UNREADABLE or PLUS1_USAGE. The state among the policies would be read as a policy. */
async function folders({ policies, state }: ControllerOptions, environment: Environment): Promise<string> {
  const entry = await stat(policies).catch((cause: unknown) => {
    throw new Plus1Error('PLUS1_FILE_UNREADABLE', `cannot read the folder of policies ${policies}`, { cause });
  });
  if (!entry.isDirectory()) throw new Plus1Error('PLUS1_FILE_UNREADABLE', `${policies} is not a folder`);
  const folder = stateFolder(state, environment);
  const way = relative(await realPlace(policies), await realPlace(folder));
  if (way !== '..' && !way.startsWith('../')) {
    throw new Plus1Error('PLUS1_USAGE', `--state: found ${folder}, allowed: a folder that is not inside the policies`);
  }
  return folder;
}
