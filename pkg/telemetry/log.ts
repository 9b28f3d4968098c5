/**
 * The logger: JSON lines with a constant `msg` and the facts beside it, so that lines can be counted and searched.
 * Tokens that pass by mistake are cut out before a line is written; nothing else may rely on that.
 */
import { createLogger as createWinston, format, transports } from 'winston';
import { isMapping, type Log, type LogLevel } from '../base/index.js';
import { escapeHidden, redactPatterns } from '../text/index.js';
import { textLine } from './text-line.js';

export type LogFormat = 'text' | 'json';

export interface LogOptions {
  level: LogLevel;
  stream: NodeJS.WritableStream;
  clock: () => number;
  /** `json` unless given. */
  format?: LogFormat;
  /** Of the text. */
  color?: boolean;
}

/** Lines to `stream`, `level` and above. A line that cannot be written as JSON never throws: it says so instead. */
export function createLog(options: LogOptions): Log {
  const { format: form = 'json', color = false } = options;
  const winston = createWinston({
    level: options.level,
    format: format.printf(({ level, msg, ...fields }) => {
      const head = { ts: new Date(options.clock()).toISOString(), level, msg };
      // The head last as well: a field of that name must not take its place, only keep its position.
      const line = lineOf({ ...head, ...fields, ...head });
      return form === 'text' ? textLine(line, { color }) : line;
    }),
    transports: [new transports.Stream({ stream: options.stream })],
  });
  return wrap((level, msg, fields) => {
    // Asked here: winston makes the text of every line, and then leaves out those that nobody wants.
    if (winston.isLevelEnabled(level)) winston.log(level, { ...fields, msg });
  }, {});
}

/** Text is redacted before it is escaped: in JSON a line end before a token looks like a letter of it. */
function lineOf(fields: Record<string, unknown>): string {
  try {
    return escapeHidden(JSON.stringify(fields, plain));
  } catch {
    // A field that refers to itself, or whose toJSON throws.
    const { ts, level, msg } = fields;
    return escapeHidden(JSON.stringify({ ts, level, msg, unprintable: Object.keys(fields) }, plain));
  }
}

function wrap(
  write: (level: LogLevel, msg: string, fields: Record<string, unknown>) => void,
  fixed: Record<string, unknown>,
): Log {
  const at =
    (level: LogLevel) =>
    (msg: string, fields: Record<string, unknown> = {}): void =>
      write(level, msg, { ...fixed, ...fields });
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: (fields) => wrap(write, { ...fixed, ...fields }),
  };
}

/** Octokit answers with BigInt beyond 2^53, which JSON refuses; an Error would print as {}. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return redactPatterns(value);
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Error) return redactPatterns(value.message);
  return isMapping(value) ? withCleanNames(value) : value;
}

/** Names may be foreign too, such as those of headers. */
function withCleanNames(value: object): object {
  if (Object.keys(value).every((name) => redactPatterns(name) === name)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [redactPatterns(name), entry]));
}
