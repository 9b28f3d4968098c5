/** Puts the controller together and runs it: servers first, then the policies' home, then the loop; stopped in reverse. */
import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { Controller, runAll, runnable, type Runnable } from '../../pkg/controller/index.js';
import { errorLine, Plus1Error, toPlus1Error } from '../../pkg/errors/index.js';
import { createGitHub, SessionPool, type GitHub } from '../../pkg/github/index.js';
import {
  CacheFolder,
  FolderHome,
  keyString,
  parseKey,
  SecretFolder,
  StateFolder,
  type PolicyKey,
} from '../../pkg/policies/index.js';
import { PolicyReconciler, type Access } from '../../pkg/reconciler/index.js';
import { createServers, type HealthChecks } from '../../pkg/server/index.js';
import { createLog, Metrics, type Log } from '../../pkg/telemetry/index.js';
import { systemClock } from './clock.js';
import type { ControllerOptions } from './controller.js';
import { defined } from './defined.js';
import { readEnvironment, type Environment } from './environment.js';
import { EXIT, type CommandIO } from './io.js';
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
  const cache = new CacheFolder(folder);
  const home = new FolderHome({
    folder: options.policies,
    state: new StateFolder(folder),
    cache,
    clock: io.clock,
    log,
  });
  const reconciler = new PolicyReconciler({
    home,
    access: accessSources(options, environment),
    connect: connector({ environment, metrics, log }, io),
    known: (key) => ({
      load: (signal) => cache.load(key, signal),
      save: (known, signal) => cache.save(key, known, signal),
    }),
    metrics,
    log,
    clock: io.clock,
    minIntervalMs: options.minInterval,
    ...defined({ cacheTTLMs: environment.cacheTTLMs }),
  });
  const controller = new Controller({
    name: 'plus1policy',
    reconcile: (key, context) => reconciler.reconcile(parseKey(key), context),
    concurrency: options.concurrent,
    clock: systemClock,
    random: io.random,
    newID: randomUUID,
    log,
    metrics: metrics.controller('plus1policy'),
    timeoutMs: (key) => reconciler.timeoutMs(parseKey(key)),
  });
  const look = (key: PolicyKey): void => {
    controller.add(keyString(key));
    // Whatever changed may have been what they waited for.
    for (const waiting of reconciler.conflicted) controller.add(keyString(waiting));
  };
  io.onHangup(() => home.list().forEach(({ key }) => look(key)));
  return [
    await servers({ options, metrics, log, checks: checks(home, reconciler, controller) }),
    runnable('policies', (signal) => home.watch(look, signal)),
    runnable('controller', (signal) => controller.run(signal)),
  ];
}

/** Opened before anything starts, so that a wrong address ends the process at once. */
async function servers({
  options,
  metrics,
  log,
  checks,
}: Pick<Setup, 'options' | 'log'> & { metrics: Metrics; checks: HealthChecks }): Promise<Runnable> {
  const { metricsAddress, healthAddress } = options;
  const open = await createServers({ metricsAddress, healthAddress, registry: metrics.registry, checks, log });
  return { name: 'servers', start: async () => undefined, stop: () => open.close() };
}

function checks(home: FolderHome, reconciler: PolicyReconciler, controller: Controller): HealthChecks {
  return {
    healthz: {
      // A pass that ignores its own timeout is a fault of ours, which only a restart mends. GitHub's troubles are none.
      passes: () => ({
        ok: controller.overdue().length === 0,
        message: `${controller.overdue().length} passes do not end`,
      }),
    },
    readyz: {
      policies: () => ({
        ok: home.synced,
        message: home.synced ? 'the folder was read' : 'the folder was not read yet',
      }),
      'first-looks': () => {
        const { done, total } = reconciler.firstLooks;
        return { ok: done === total, message: `${done} of ${total} policies looked at` };
      },
    },
  };
}

function connector(
  { environment, metrics, log }: Pick<Setup, 'environment' | 'log'> & { metrics: Metrics },
  io: CommandIO,
): (apiURL: string, access: Access) => GitHub {
  const { concurrency, batchSize, attempts, retryDelayMs, proxy } = environment;
  const pool = new SessionPool(defined({ concurrency }));
  return (apiURL, { credential, caCert, name }) =>
    createGitHub({
      apiURL,
      credential,
      session: pool.get(apiURL, credential),
      proxy,
      // A worker never sleeps: a known wait becomes the time at which the loop looks again.
      maxWaitMs: 0,
      clock: io.clock,
      random: io.random,
      log,
      observer: metrics.credential(name),
      ...defined({ caCert, batchSize, attempts, retryDelayMs }),
    });
}

function accessSources(
  { allowedHost, credentials }: ControllerOptions,
  environment: Environment,
): ConstructorParameters<typeof PolicyReconciler>[0]['access'] {
  const secrets = credentials === undefined ? undefined : new SecretFolder(credentials);
  return {
    allowedHosts: allowedHost,
    plainHTTPMustBeAllowed: true,
    ...defined({ environmentToken: environment.token, tokenURL: environment.apiURL, secrets }),
  };
}

/** Throws PLUS1_FILE_UNREADABLE or PLUS1_USAGE. The state among the policies would be read as a policy. */
async function folders({ policies, state }: ControllerOptions, environment: Environment): Promise<string> {
  const entry = await stat(policies).catch((cause: unknown) => {
    throw new Plus1Error('PLUS1_FILE_UNREADABLE', `cannot read the folder of policies ${policies}`, { cause });
  });
  if (!entry.isDirectory()) throw new Plus1Error('PLUS1_FILE_UNREADABLE', `${policies} is not a folder`);
  const folder = stateFolder(state, environment);
  const way = relative(resolve(policies), resolve(folder));
  if (way === '' || (!way.startsWith('..') && !way.startsWith('/'))) {
    throw new Plus1Error('PLUS1_USAGE', `--state: found ${folder}, allowed: a folder that is not inside the policies`);
  }
  return folder;
}
