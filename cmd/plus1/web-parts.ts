/** The web page of a controller process. */
import { join, resolve } from 'node:path';
import { boundSignal, faultText, type Log } from '../../pkg/base/index.js';
import type { Runnable } from '../../pkg/controller/index.js';
import { realFiles } from '../../pkg/journal/index.js';
import type { PolicyHome, PolicyKey } from '../../pkg/policies/index.js';
import { createWebServer, WebSource, type Following } from '../../pkg/web/index.js';
import type { OpenServer } from '../../pkg/server/index.js';
import { systemClock } from './clock.js';
import type { ControllerOptions } from './controller-options.js';
import type { CommandIO } from './io.js';
import { journalRoot } from './journal-source.js';
import { readLooks, type Looks } from './kept-looks.js';

/** In a cluster, where `kubectl port-forward` with its rights is the door. With policies in a folder the page is off unless asked for. */
const CLUSTER_DEFAULT = '127.0.0.1:8082';
const OFF = '0';
/** Where the controller writes reports. */
const REPORTS = '.reports';
/** A file server that does not answer must not hold a page, ms. */
const BESIDE_MS = 5_000;

export interface WebSetup {
  options: Pick<ControllerOptions, 'webAddress' | 'webAuth' | 'journal' | 'reports'>;
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

async function beside(state: string, policy: { key: PolicyKey; spec: object }, id: number): Promise<Looks> {
  const bound = boundSignal(systemClock, BESIDE_MS);
  try {
    return (await readLooks(state, policy, bound.signal, id))(id);
  } finally {
    bound.release();
  }
}

async function open(
  { options, home, state, isInCluster, following, log }: WebSetup,
  { cwd }: Pick<CommandIO, 'cwd'>,
): Promise<OpenServer | undefined> {
  const address = options.webAddress ?? (isInCluster ? CLUSTER_DEFAULT : OFF);
  const source = new WebSource({
    ...{ home, following, files: realFiles, journalRoot: journalRoot(options, state, { cwd }) },
    reports: reportsOf(options.reports, resolve(cwd, state), cwd),
    beside: (key, spec, id) => beside(resolve(cwd, state), { key, spec }, id),
  });
  try {
    return await createWebServer({ address, auth: options.webAuth, source, log, clock: systemClock });
  } catch (error) {
    // Nobody asked for this address: a port that another process has must not stop the passes.
    if (options.webAddress !== undefined) throw error;
    log.warn('Web page off', { address, error: faultText(error) });
    return undefined;
  }
}
