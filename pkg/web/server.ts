/**
 * The server of the web page: reads, and nothing else. It has no login: it listens on loopback, where `kubectl port-forward` with its
 * rights is the door, or behind something that asks who comes.
 */
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { startTimer, type Log, type Timers } from '../base/index.js';
import { createApp, LIMITS, openServer, plain, type Limits, type OpenServer } from '../server/index.js';
import { FLAG, webAddress } from './address.js';
import { apiRoutes } from './api.js';
import { pageRoutes } from './routes.js';
import type { WebSource } from './source.js';

export interface WebServerOptions {
  /** `--web-address`: `host:port`, or `0` for off. */
  address: string;
  /** `--web-auth`: `none` says that something in front asks who comes. */
  auth: string | undefined;
  source: WebSource;
  log: Log;
  clock: Timers;
  limits?: Partial<Limits>;
  /** A client that takes nothing for so long is cut off, ms; default 30,000. */
  silenceMs?: number;
  /** How long one answer may take in all, ms; default 300,000. */
  answerMs?: number;
  /** Of all clients together; default 50. */
  requestsASecond?: number;
}

/** Who reads nothing for so long is gone, or slow on purpose. */
const SILENCE_MS = 30_000;
/** The largest file of a certification over a line of a megabit takes less. */
const ANSWER_MS = 300_000;
/** Of all clients together. */
const REQUESTS_A_SECOND = 50;
/** Exactly so in the contract; without exceptions. */
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** A name of this machine, with any port. `*.localhost` never leaves the machine: https://www.rfc-editor.org/rfc/rfc6761#section-6.3 */
const LOCAL_HOST = /^(([a-z0-9-]+\.)*localhost\.?|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/** Opens it; undefined where it is off. Throws PLUS1_USAGE where the address is wrong or cannot be had. */
export async function createWebServer(options: WebServerOptions): Promise<OpenServer | undefined> {
  const { source, clock, requestsASecond = REQUESTS_A_SECOND, silenceMs = SILENCE_MS, answerMs = ANSWER_MS } = options;
  const address = webAddress(options.address, options.auth);
  if (address === undefined) return undefined;
  const limits = { ...LIMITS, ...options.limits };
  const log = options.log.with({ server: 'web' });
  const app = createApp({ log, limits });
  if (options.auth !== 'none') refuseOtherNames(app);
  endSlowAnswers(app, { clock, silenceMs, answerMs });
  // Not of one address each: a proxy in front is one address, and all of them take the same processor.
  await app.register(rateLimit, { max: requestsASecond, timeWindow: 1_000, keyGenerator: () => 'all' });
  await app.register(helmet, { contentSecurityPolicy: false, xDownloadOptions: false, xXssProtection: false });
  app.addHook('onSend', async (_request, reply) => {
    reply.header('content-security-policy', POLICY);
  });
  // After the bounds: who is refused costs nothing more.
  app.addHook('preHandler', () => source.refresh());
  await apiRoutes(app, { source, clock });
  pageRoutes(app, { source, clock });
  return openServer(app, { address, flag: FLAG, closeTimeoutMs: limits.closeTimeoutMs, clock, log });
}

/**
 * A site that somebody visits can give its own name the address of the visitor's machine, and would read these pages by his browser (DNS
 * rebinding). The browser tells the name: where nobody asks who comes, it is one of this machine.
 */
function refuseOtherNames(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ headers: { host } }, reply) => {
    if (host === undefined || LOCAL_HOST.test(host)) return;
    const text = 'this page is for localhost: where something in front asks who comes, say --web-auth none\n';
    return plain(reply, 421, text);
  });
}

/** Connections are few: those of clients that read slowly, or not at all, must not keep all others out. */
function endSlowAnswers(
  app: FastifyInstance,
  { clock, silenceMs, answerMs }: { clock: Timers; silenceMs: number; answerMs: number },
): void {
  app.server.setTimeout(silenceMs);
  app.addHook('onRequest', async (_request, { raw }) => {
    const timer = startTimer(clock, () => void raw.destroy(), answerMs);
    raw.once('close', () => timer.cancel());
  });
}
