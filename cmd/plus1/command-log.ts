/** The log of a command on standard error: for a person at a terminal as text, for everything else as JSON lines. */
import type { Log, LogLevel } from '../../pkg/base/index.js';
import { createLog, type LogFormat } from '../../pkg/telemetry/index.js';
import type { CommandIO } from './io.js';

/** `format`: as it was asked for. */
export function commandLog(
  { stderr, env, clock }: Pick<CommandIO, 'stderr' | 'env' | 'clock'>,
  { level, format }: { level: LogLevel; format: LogFormat | undefined },
): Log {
  const isTerminal = stderr.isTTY === true;
  return createLog({
    level,
    stream: stderr,
    clock,
    format: format ?? (isTerminal ? 'text' : 'json'),
    // https://no-color.org
    color: isTerminal && !env['NO_COLOR'],
  });
}
