/**
 * The logger: JSON lines with a constant `msg` and the facts beside it, so that lines can be counted and searched.
 * Tokens that pass by mistake are cut out before a line is written; nothing else may rely on that.
 */
import { Writable } from 'node:stream';
import { createLogger as createWinston, format, transports } from 'winston';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface Log {
  debug(msg: string, fields?: Record<string, unknown>): void;
  info(msg: string, fields?: Record<string, unknown>): void;
  warn(msg: string, fields?: Record<string, unknown>): void;
  error(msg: string, fields?: Record<string, unknown>): void;
  /** A logger that puts these fields on every line. */
  with(fields: Record<string, unknown>): Log;
}

/** Says nothing. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  with: () => silentLog,
};

/** GitHub's token prefixes, whatever their length: https://github.blog/engineering/behind-githubs-new-authentication-token-formats/ */
const TOKEN = /\b(?:gh[pousr]_|github_pat_)[A-Za-z0-9_.-]+/g;

/** Replaces everything that looks like a GitHub token. */
export function redact(text: string): string {
  return text.replace(TOKEN, '[redacted]');
}

/** JSON lines to `stream`, `level` and above. */
export function createLog(options: { level: LogLevel; stream: NodeJS.WritableStream; clock: () => number }): Log {
  const line = format.printf(({ level, ...fields }) => redact(JSON.stringify({ ts: new Date(options.clock()).toISOString(), level, ...fields }, plain)));
  const winston = createWinston({
    level: options.level,
    format: line,
    transports: [new transports.Stream({ stream: options.stream as Writable })],
  });
  return wrap((level, msg, fields) => winston.log(level, { message: undefined, msg, ...fields }), {});
}

function wrap(write: (level: LogLevel, msg: string, fields: Record<string, unknown>) => void, fixed: Record<string, unknown>): Log {
  const at =
    (level: LogLevel) =>
    (msg: string, fields: Record<string, unknown> = {}): void =>
      write(level, msg, { ...fixed, ...fields });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), with: (fields) => wrap(write, { ...fixed, ...fields }) };
}

/** Octokit answers with BigInt beyond 2^53, which JSON refuses; an Error would print as {}. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Error) return value.message;
  return value;
}
