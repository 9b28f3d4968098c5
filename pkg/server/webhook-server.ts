/**
 * The server of webhooks. It is one of its own: it is reached from the internet, while metrics and health are not, and its clients are to
 * take neither their connections nor their memory.
 */
import type { Log, Timers } from '../base/index.js';
import { parseAddress } from './address.js';
import { createBareApp, LIMITS, type Limits } from './app.js';
import { openServer, type OpenServer } from './open-server.js';
import { webhookRoute, type WebhookReceiver } from './webhook-route.js';

/** GitHub sends few deliveries at a time; with 256 KiB each, that many bodies take 32 MiB. */
const MAX_CONNECTIONS = 128;
const FLAG = '--webhook-address';

export interface WebhookServerOptions {
  /** `--webhook-address`: `host:port`, `:port`, or `0` for off. */
  address: string;
  receiver: WebhookReceiver;
  log: Log;
  clock: Timers;
  limits?: Partial<Limits>;
}

/** Opens it; undefined where it is off. Throws PLUS1_USAGE where the address is wrong or cannot be had. */
export async function createWebhookServer(options: WebhookServerOptions): Promise<OpenServer | undefined> {
  const { receiver, clock } = options;
  const address = parseAddress(options.address, FLAG);
  if (address === undefined) return undefined;
  const limits = { ...LIMITS, ...options.limits };
  const log = options.log.with({ server: 'webhook' });
  const app = createBareApp({ log, limits });
  app.server.maxConnections = MAX_CONNECTIONS;
  webhookRoute(app, receiver, { clock, log });
  return openServer(app, { address, flag: FLAG, closeTimeoutMs: limits.closeTimeoutMs, clock, log });
}
