/** Runs the controller over a folder: servers first, then the policies' home, then the loop; stopped in reverse. */
import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import type { Log } from '../../pkg/base/index.js';
import { StateLock } from '../../pkg/policies/index.js';
import { runAll, runnable, type Runnable } from '../../pkg/controller/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import { assemble } from './assemble.js';
import { lockClock, systemClock } from './clock.js';
import type { ControllerOptions } from './controller-options.js';
import { checks, logged, metricsOf, sending, servers, logStart } from './controller-parts.js';
import { readEnvironment, type Environment } from './environment.js';
import { openFolder } from './folder-source.js';
import { clockOf, type CommandIO } from './io.js';
import { keeping, openReports, told } from './report-source.js';
import { resolvedPath } from './resolved-path.js';
import { forwarding, openSiem, readSinks } from './siem-source.js';
import { stateFolder } from './state-folder.js';
import { withWeb } from './web-parts.js';
import { areWebhooksOn, withWebhooks } from './webhook-parts.js';

/** Runs until the signal; tells the exit code. Never throws. */
export function runFolder(options: ControllerOptions, io: CommandIO): Promise<number> {
  return logged(options, io, async (log) => {
    const environment = readEnvironment(io.env);
    const folder = await folders(options, environment);
    logStart(log, options, { policies: options.policies, leaderElect: false });
    const running = await parts({ options, environment, folder, log }, io);
    await runAll(running, { signal: io.signal, clock: systemClock, log });
  });
}

interface Setup {
  options: ControllerOptions;
  environment: Environment;
  folder: string;
  log: Log;
}

async function parts({ options, environment, folder, log }: Setup, io: CommandIO): Promise<Runnable[]> {
  const metrics = metricsOf(options);
  const lock = lockOf(folder, log);
  const sinks = options.siem === undefined ? [] : await readSinks(options.siem, io);
  const siem = openSiem({ sinks, flags: options, state: folder, environment, clock: systemClock, log, metrics }, io);
  const reports = await openReports({ flags: options, state: folder, clock: systemClock, log }, io);
  const source = openFolder({
    beforeWrite: () => lock.requireHeld(),
    policies: options.policies,
    state: folder,
    journal: {
      ...{ flags: options, cwd: io.cwd, onWritten: told(siem, reports) },
      metrics: (key, organization) => metrics.policy(key, organization),
    },
    credentials: options.credentials,
    allowedHosts: options.allowedHost,
    environment,
    clock: clockOf(io),
    log,
  });
  const { random, signal: stop } = io;
  const assembly = assemble(source, {
    ...{ options, environment, log, metrics, clock: systemClock, random, stop },
    areHinted: areWebhooksOn(options),
  });
  const { controller, look, demand } = assembly;
  const { home } = source;
  io.onHangup(() => home.list().forEach(({ key }) => demand(key)));
  const others = await withWebhooks(
    await servers({ options, metrics, log, checks: checks(source, assembly) }),
    options,
    {
      ...{ source, assembly, metrics, log },
      leads: () => lock.isHeld && !stop.aborted,
    },
  );
  const web = { options, home, state: folder, isInCluster: false, following: () => undefined, log };
  return [
    ...(await withWeb(others, web, io)),
    lock,
    source.storage.measuring(metrics.storage(), systemClock),
    ...forwarding(siem),
    ...keeping(reports, assembly),
    runnable('policies', (signal) => home.watch(look, signal)),
    ...sending(assembly),
    runnable('controller', (signal) => controller.run(signal)),
  ];
}

/**
 * The state folder is ours before its policies are read, and until the last pass has ended. After the servers, because it
 * may take half a minute to see that a holder in another container has ended.
 */
function lockOf(folder: string, log: Log): Runnable & { requireHeld(): void; readonly isHeld: boolean } {
  let taking: Promise<void> = Promise.resolve();
  let lock: StateLock | undefined;
  return {
    name: 'state lock',
    // A process that can write nothing more must not look alive: started again, it takes the lock, and reads what is there now.
    start: (signal, fail) => {
      const onWait = (holder: string): void =>
        log.info('Waiting to see whether the state folder is in use', { holder });
      taking = StateLock.take(folder, { signal, clock: lockClock, onWait, onLost: fail }).then(
        (taken) => void (lock = taken),
      );
      return taking;
    },
    stop: async () => {
      await taking.catch(() => undefined);
      await lock?.release();
      lock = undefined;
    },
    get isHeld() {
      return lock !== undefined;
    },
    requireHeld: () => {
      if (lock === undefined) throw new Plus1Error('PLUS1_STATE_LOCKED', 'the lock of the state folder was given back');
      lock.requireHeld();
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
  const way = relative(await resolvedPath(policies), await resolvedPath(folder));
  if (way !== '..' && !way.startsWith('../')) {
    throw new Plus1Error('PLUS1_USAGE', `--state: found ${folder}, allowed: a folder that is not inside the policies`);
  }
  return folder;
}
