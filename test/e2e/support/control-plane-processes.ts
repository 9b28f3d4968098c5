/**
 * Starts etcd, kube-apiserver and kube-controller-manager, each when the one before it is ready. Ports are found and
 * not reserved, so a process that finds its port taken is started again on another.
 */
import { join } from 'node:path';
import { apiServerFlags, controllerManagerFlags, etcdFlags, type Layout } from './control-plane.js';
import { Daemon } from './daemon.js';
import { eventually } from './eventually.js';
import { freePorts } from './free-ports.js';
import { isOurEtcd, isReady } from './probe.js';
import type { Watchdog } from './watchdog.js';

/** Three seconds on an idle machine; one that compiles on every core has taken half a minute. */
const READY_TIMEOUT_MS = 120_000;
const PORT_ATTEMPTS = 5;

export interface Site {
  layout: Layout;
  /** The folder with the executables. */
  tools: string;
  watchdog: Watchdog;
  apiServerFlags: readonly string[];
  signal?: AbortSignal | undefined;
}

export interface Listening {
  daemon: Daemon;
  port: number;
}

export function startEtcd(site: Site): Promise<Listening> {
  return onFreePorts(2, async ([clientPort = 0, peerPort = 0]) => {
    const name = `plus1-${process.pid}-${clientPort}`;
    const daemon = launch(site, 'etcd', etcdFlags(site.layout, { name, clientPort, peerPort }));
    await untilReady(site, daemon, 'etcd', () => isOurEtcd(clientPort, name));
    return { daemon, port: clientPort };
  });
}

export function startApiServer(site: Site, etcdPort: number): Promise<Listening> {
  return onFreePorts(1, async ([port = 0]) => ({ daemon: await startApiServerAt(site, etcdPort, port), port }));
}

/** At the port that its clients know. */
export async function startApiServerAt(site: Site, etcdPort: number, port: number): Promise<Daemon> {
  const flags = apiServerFlags(site.layout, { port, etcdPort, extra: site.apiServerFlags });
  const daemon = launch(site, 'kube-apiserver', flags);
  await untilReady(site, daemon, 'kube-apiserver', () => isReady(`https://127.0.0.1:${port}`, site.layout.certificate));
  return daemon;
}

/** It serves nothing that could be asked: it is ready when the work that the caller looks for has been done. */
export async function startControllerManager(
  site: Site,
  kubeconfig: string,
  hasWorked: () => Promise<boolean>,
): Promise<Daemon> {
  const daemon = launch(site, 'kube-controller-manager', controllerManagerFlags(site.layout, kubeconfig));
  await untilReady(site, daemon, 'kube-controller-manager', hasWorked);
  return daemon;
}

function launch({ layout, tools, watchdog }: Site, name: string, args: string[]): Daemon {
  return new Daemon({ executable: join(tools, name), args, log: join(layout.logs, `${name}.log`), watchdog });
}

class EndedEarly extends Error {}

async function untilReady(site: Site, daemon: Daemon, name: string, check: () => Promise<boolean>): Promise<void> {
  let ended = false;
  try {
    await eventually(
      async () => {
        ended = !daemon.isRunning;
        return ended || (await check());
      },
      { what: `${name} to be ready`, timeoutMs: READY_TIMEOUT_MS, signal: site.signal },
    );
    if (ended) throw new EndedEarly(`${name} ended as it started. The end of its log:\n${daemon.tail()}`);
  } catch (error) {
    await daemon.stop('SIGKILL');
    throw error;
  }
}

async function onFreePorts<T>(count: number, start: (ports: number[]) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePorts(count));
    } catch (error) {
      const taken = error instanceof EndedEarly && error.message.includes('address already in use');
      if (!taken || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}
