/**
 * Our logger in the shape that Fastify asks for. Fastify puts facts into its messages; here the message stays constant and
 * Fastify's sentence goes beside it, so that lines can be counted. Its "info" is about itself and is debug to us.
 */
import type { FastifyBaseLogger } from 'fastify';
import type { Log } from '../base/index.js';

const MESSAGE = 'HTTP server';

/** A logger for Fastify that writes to `log`. */
export function fastifyLogger(log: Log): FastifyBaseLogger {
  const at =
    (write: (msg: string, fields: Record<string, unknown>) => void) =>
    (first: unknown, second?: unknown): void =>
      write(MESSAGE, fieldsOf(first, second));
  const debug = at((msg, fields) => log.debug(msg, fields));
  const error = at((msg, fields) => log.error(msg, fields));
  const logger = {
    level: 'debug',
    silent: (): void => undefined,
    trace: (): void => undefined,
    debug,
    info: debug,
    warn: at((msg, fields) => log.warn(msg, fields)),
    error,
    fatal: error,
    child: (): FastifyBaseLogger => logger,
  } as FastifyBaseLogger;
  return logger;
}

/** Only words: whole requests and replies that Fastify hands over hold headers, and headers hold secrets. */
function fieldsOf(first: unknown, second: unknown): Record<string, unknown> {
  const detail = [first, second].find((part) => typeof part === 'string');
  const error = errorOf(first);
  return { ...(detail === undefined ? {} : { detail }), ...(error === undefined ? {} : { error: error.message }) };
}

function errorOf(value: unknown): Error | undefined {
  if (value instanceof Error) return value;
  if (typeof value !== 'object' || value === null || !('err' in value)) return undefined;
  return value.err instanceof Error ? value.err : undefined;
}
