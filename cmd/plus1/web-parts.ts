/** The web page of a controller process, which has a thread of its own in it. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { faultText, type Log } from '../../pkg/base/index.js';
import type { Runnable } from '../../pkg/controller/index.js';
import type { PolicyHome } from '../../pkg/policies/index.js';
import { openWebThread, webAddress, type Following } from '../../pkg/web/index.js';
import type { OpenServer } from '../../pkg/server/index.js';
import { systemClock } from './clock.js';
import type { ControllerOptions } from './controller-options.js';
import type { CommandIO } from './io.js';
import { journalRoot } from './journal-source.js';
import type { WebThreadData } from './web-thread.js';

/** In a cluster, where `kubectl port-forward` with its rights is the door. With policies in a folder the page is off unless asked for. */
const CLUSTER_DEFAULT = '127.0.0.1:8082';
const OFF = '0';
/** Where the controller writes reports. */
const REPORTS = '.reports';
/** From `dist/chunks`, and from `dist/cmd/plus1`: the bundle decides where this module lies. */
const SCRIPTS = ['../cmd/plus1/web-thread.js', './web-thread.js'];

export interface WebSetup {
  options: Pick<ControllerOptions, 'webAddress' | 'webAuth' | 'logLevel' | 'journal' | 'reports'>;
  home: Pick<PolicyHome, 'list'>;
  /** The state folder. */
  state: string;
  isInCluster: boolean;
  /** Undefined where this process leads, or nobody has to. */
  following: () => Following | undefined;
  log: Log;
}

/** The other parts and, where it is not off, the page, opened at once as all servers are. Where it throws, `others` are stopped. */
export async function withWeb(others: Runnable[], setup: WebSetup, io: Pick<CommandIO, 'cwd'>): Promise<Runnable[]> {
  try {
    const server = await open(setup, io);
    return [...others, { name: 'web', start: async () => undefined, stop: async () => server?.close() }];
  } catch (error) {
    for (const each of others) await each.stop();
    throw error;
  }
}

/** Where the controller writes them; undefined where it writes none. */
function reportsOf(flag: string | undefined, state: string, cwd: string): string | undefined {
  if (flag === OFF) return undefined;
  return flag === undefined ? join(state, REPORTS) : resolve(cwd, flag);
}

function threadScript(): URL {
  const script = SCRIPTS.map((each) => new URL(each, import.meta.url)).find((each) => existsSync(each));
  if (script === undefined) throw new Error('the file of its thread is missing: build the program with `make build`');
  return script;
}

async function open(
  { options, home, state, isInCluster, following, log }: WebSetup,
  { cwd }: Pick<CommandIO, 'cwd'>,
): Promise<OpenServer | undefined> {
  const address = options.webAddress ?? (isInCluster ? CLUSTER_DEFAULT : OFF);
  if (webAddress(address, options.webAuth) === undefined) return undefined;
  const data: WebThreadData = {
    ...{ address, auth: options.webAuth, isVerbose: options.logLevel === 'debug', state: resolve(cwd, state) },
    ...{
      journalRoot: journalRoot(options, state, { cwd }),
      reports: reportsOf(options.reports, resolve(cwd, state), cwd),
    },
  };
  try {
    return await openWebThread({
      ...{ script: threadScript(), data, policies: () => home.list(), following, log, clock: systemClock },
    });
  } catch (error) {
    // Nobody asked for this address: a port that another process has must not stop the passes.
    if (options.webAddress !== undefined) throw error;
    log.warn('Web page off', { address, error: faultText(error) });
    return undefined;
  }
}
