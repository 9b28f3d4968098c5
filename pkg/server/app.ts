/**
 * A Fastify server as all of ours are: it says little, and gives up on clients that are slow or silent. One that reads only has
 * no authentication, so whatever a route answers, anyone may read.
 */
import Fastify, { LogController, type FastifyInstance, type FastifyReply } from 'fastify';
import type { Log } from '../base/index.js';
import { fastifyLogger } from './logger.js';

export interface Limits {
  /** A client that has not sent its headers by then is slow on purpose, or gone. */
  headersTimeoutMs: number;
  /** Bound on receiving a whole request. */
  requestTimeoutMs: number;
  /** Silence on a kept connection. Shorter than any usual scrape interval, so that no scrape meets a connection that closes. */
  keepAliveTimeoutMs: number;
  /** How long requests under way may take to end once the server closes; well within the 30 s that Kubernetes gives a pod. */
  closeTimeoutMs: number;
}

export const LIMITS: Limits = {
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  keepAliveTimeoutMs: 5_000,
  closeTimeoutMs: 5_000,
};

/** Node looks for slow clients this often; its default of 30 s would make a 5 s limit one of 35 s. */
const TIMEOUT_CHECK_MS = 1_000;
/** Scrapers and probes are few; the limit keeps a flood from taking the file descriptors that the passes need. */
const MAX_CONNECTIONS = 256;
/** A scraper's headers are some hundred bytes. */
const MAX_HEADER_BYTES = 8_192;
/** No route takes a body. */
const MAX_BODY_BYTES = 1_024;
const METHODS = ['GET', 'HEAD'];

/** A server that only reads, without routes, not listening yet. */
export function createApp(options: { log: Log; limits: Limits }): FastifyInstance {
  const app = createBareApp(options);
  refuseOtherMethods(app);
  return app;
}

/** The same, which refuses nothing yet. */
export function createBareApp({ log, limits }: { log: Log; limits: Limits }): FastifyInstance {
  const app = Fastify({
    loggerInstance: fastifyLogger(log),
    // Two lines a request, with whole headers; ours is one, in onResponse.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    http: {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: Math.min(TIMEOUT_CHECK_MS, limits.headersTimeoutMs),
      maxHeaderSize: MAX_HEADER_BYTES,
    },
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  leaveNoConnectionOpen(app);
  answerFaults(app, log);
  app.addHook('onResponse', async ({ method, url }, reply) => {
    // Without the query: whatever a stranger puts there has no place in our log.
    log.debug('Request served', {
      method,
      path: pathOf(url),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    });
  });
  return app;
}

/** Plain text that nobody keeps. */
export function plain(reply: FastifyReply, status: number, body: string): FastifyReply {
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff')
    .type('text/plain; charset=utf-8')
    .send(body);
}

function refuseOtherMethods(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ method }, reply) => {
    if (METHODS.includes(method)) return;
    // Answered before the body is read, which then stands in the way of the next request of that connection.
    return plain(reply.header('connection', 'close').header('allow', METHODS.join(', ')), 405, 'method not allowed\n');
  });
}

/** A request under way when the server closes is the last of its connection. */
function leaveNoConnectionOpen(app: FastifyInstance): void {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
}

/** No internal text goes out: what went wrong is in the log. */
function answerFaults(app: FastifyInstance, log: Log): void {
  app.setNotFoundHandler((_request, reply) => plain(reply, 404, 'not found\n'));
  app.setErrorHandler<Error & { statusCode?: number }>((error, { method, url }, reply) => {
    const status = error.statusCode ?? 500;
    if (status === 429) return plain(reply, status, 'too many requests\n');
    if (status < 500) return plain(reply, status, 'bad request\n');
    log.error('Request failed', { method, path: pathOf(url), error: error.message });
    return plain(reply, 500, 'internal error\n');
  });
}

/** Without the query. */
export const pathOf = (url: string): string => url.split('?', 1)[0] ?? '';
