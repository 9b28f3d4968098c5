/** `plus1 get`: from the state folder, what `kubectl get plus1policies` prints from a cluster. */
import { Command, Option } from 'commander';
import type { CommandIO } from './io.js';
import type { GetOptions } from './run-get.js';
import { STATE_HELP } from './state-folder.js';

/** The subcommand, speaking through `io`. */
export function getCommand(io: CommandIO): Command {
  return new Command('get')
    .description('show the policies of a state folder')
    .argument('[policy]', 'NAME or NAMESPACE/NAME; all without it')
    .addOption(
      new Option('-o, --output <format>', 'more columns, or the whole objects').choices(['wide', 'json', 'yaml']),
    )
    .option('--state <dir>', STATE_HELP)
    .addHelpText(
      'after',
      `
Exit codes:
  0  it printed what was asked for; there are no policies at all
  1  there is no such policy, or a state file cannot be read
  2  wrong usage`,
    )
    .action(async (name: string | undefined, options: GetOptions) =>
      io.done(await (await import('./run-get.js')).runGet(name, options, io)),
    );
}
