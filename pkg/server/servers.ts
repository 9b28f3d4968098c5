/**
 * The servers of the controller: metrics for Prometheus, health for Kubernetes. Two listeners, because who may scrape and
 * who may probe are different people; one, where both flags name the same address.
 */
import type { FastifyInstance } from 'fastify';
import type { Log, Timers } from '../base/index.js';
import { formatAddress, parseAddress, type ListenAddress } from './address.js';
import { createApp, LIMITS, type Limits } from './app.js';
import { closer, type Close } from './close.js';
import { healthRoutes, type HealthChecks } from './health-routes.js';
import { listen } from './listen.js';
import { metricsRoute, type MetricsSource } from './metrics-route.js';

export interface ServersOptions {
  /** `--metrics-address`: `host:port`, `:port`, or `0` for off. */
  metricsAddress: string;
  /** `--health-address`. */
  healthAddress: string;
  registry: MetricsSource;
  checks: HealthChecks;
  log: Log;
  clock: Timers;
  limits?: Partial<Limits>;
}

export type ServerName = 'metrics' | 'health';

export interface Servers {
  /** Where each listens, with the port as bound; absent where it is off. */
  readonly addresses: Readonly<Partial<Record<ServerName, string>>>;
  /** Lets requests under way end, within a bound; at once when `signal` aborts. */
  close: (signal?: AbortSignal) => Promise<void>;
}

/** One listener and what it serves. */
interface Listener {
  address: ListenAddress;
  flag: string;
  serves: ServerName[];
}

/** Opens the listeners. Throws PLUS1_USAGE that names the flag where an address is wrong or cannot be had; then none is open. */
export async function createServers(options: ServersOptions): Promise<Servers> {
  const limits = { ...LIMITS, ...options.limits };
  const closers: Close[] = [];
  const addresses: Partial<Record<ServerName, string>> = {};
  const close = async (signal?: AbortSignal): Promise<void> => {
    await Promise.all(closers.map((closeOne) => closeOne(limits.closeTimeoutMs, signal)));
  };
  try {
    for (const listener of listenersOf(options)) {
      const app = appFor(listener, options, limits);
      closers.push(closer(app, options.clock));
      const address = await listen(app, listener.address, listener.flag);
      for (const server of listener.serves) {
        addresses[server] = address;
        options.log.info('Listening', { server, address });
      }
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { addresses, close };
}

function listenersOf({ metricsAddress, healthAddress }: ServersOptions): Listener[] {
  const metrics = listenerOf(metricsAddress, '--metrics-address', 'metrics');
  const health = listenerOf(healthAddress, '--health-address', 'health');
  const [first, second] = [...metrics, ...health];
  if (first === undefined || second === undefined || !same(first.address, second.address))
    return [...metrics, ...health];
  return [{ ...first, serves: ['metrics', 'health'] }];
}

function listenerOf(text: string, flag: string, serves: ServerName): Listener[] {
  const address = parseAddress(text, flag);
  return address === undefined ? [] : [{ address, flag, serves: [serves] }];
}

/** Port 0 asks for any port: asked twice, for two of them. */
function same(a: ListenAddress, b: ListenAddress): boolean {
  return a.port !== 0 && formatAddress(a) === formatAddress(b);
}

function appFor({ serves }: Listener, { registry, checks, log }: ServersOptions, limits: Limits): FastifyInstance {
  const own = log.with({ server: serves.join('+') });
  const app = createApp({ log: own, limits });
  if (serves.includes('metrics')) metricsRoute(app, registry);
  if (serves.includes('health')) healthRoutes(app, checks, own);
  return app;
}
