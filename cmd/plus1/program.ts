/** The terminal program: commander's own faults (unknown flag, missing value) become one line and exit 2, like ours. */
import type { Command } from 'commander';
import { CommanderError } from 'commander';
import { redactAddresses } from '../../pkg/api/index.js';
import { errorLine, Plus1Error, toPlus1Error } from '../../pkg/errors/index.js';
import { EXIT, type CommandIO } from './io.js';

/** Makes a command speak through `io`: help to standard output, faults as one line to standard error. */
export function withIO(command: Command, io: CommandIO): Command {
  return command
    .exitOverride()
    .hook('preAction', (_, action) => refuseEmptyValues(action))
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      // The help of a command that was given too little.
      writeErr: (text) => io.stderr.write(text),
      // The fault is told by `run`, once, as an error of the catalogue.
      outputError: () => undefined,
    });
}

/**
 * A variable of a shell that is not set becomes an empty value: as a path that is the current folder, or a file that cannot be
 * written when all else is done; as a token it is nobody's.
 */
function refuseEmptyValues(command: Command): void {
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    const isGiven = command.getOptionValueSource(option.attributeName()) === 'cli';
    if (!isGiven || (value !== '' && !(Array.isArray(value) && value.includes('')))) continue;
    throw new CommanderError(
      EXIT.usage,
      'plus1.emptyValue',
      `option '${option.flags}' argument is empty: give it a value, or leave it out`,
    );
  }
}

/** Parses the arguments and runs; the exit code comes by `io.done`. */
export async function run(command: Command, args: readonly string[], io: CommandIO): Promise<void> {
  try {
    await command.parseAsync([...args], { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode === 0) return io.done(EXIT.ok);
    if (thrown.code === 'commander.help') return io.done(EXIT.usage);
    const message = redactAddresses(thrown.message)
      .replace(/^error: /, '')
      .replace(/\.$/, '');
    io.stderr.write(`${errorLine(new Plus1Error('PLUS1_USAGE', message))}\n`);
    io.done(EXIT.usage);
  }
}

/** Runs an action that may throw, and tells its error as one line. */
export async function reporting(io: CommandIO, action: () => Promise<number>): Promise<number> {
  try {
    return await action();
  } catch (thrown) {
    const error = toPlus1Error(thrown);
    io.stderr.write(`${errorLine(error)}\n`);
    return error.class === 'usage' ? EXIT.usage : EXIT.failed;
  }
}
