/** `plus1 help`: the same text as `--help`, for those who ask for it by this word. */
import { Command } from 'commander';
import { Plus1Error } from '../../pkg/errors/index.js';
import { quote } from '../../pkg/text/index.js';
import { EXIT, type CommandIO } from './io.js';
import { reporting } from './program.js';

/** The subcommand. `program` is asked when it runs, so that it knows the commands that are added later. */
export function helpCommand(program: Command, io: CommandIO): Command {
  return new Command('help')
    .description('show the help of a command')
    .argument('[command...]', 'the command; all of them without it')
    .action(async (names: string[]) =>
      io.done(
        await reporting(io, async () => {
          find(program, names).outputHelp();
          return EXIT.ok;
        }),
      ),
    );
}

/** Throws PLUS1_USAGE for a command that is not there. */
function find(program: Command, names: readonly string[]): Command {
  return names.reduce((command, name) => {
    const found = command.commands.find((each) => each.name() === name);
    if (found !== undefined) return found;
    const known = command.commands.map((each) => each.name()).join(', ');
    throw new Plus1Error('PLUS1_USAGE', `there is no command ${quote(name)}`, {
      fix: known === '' ? `run ${command.name()} --help` : `use one of: ${known}`,
    });
  }, program);
}
