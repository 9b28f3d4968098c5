/** `plus1 get`: from the state folder, what `kubectl get plus1policies` prints from a cluster. */
import { Command, Option } from 'commander';
import type { CommandIO } from './io.js';
import type { GetOptions } from './run-get.js';

/** The subcommand, speaking through `io`. */
export function getCommand(io: CommandIO): Command {
  return new Command('get')
    .description('show the policies of a state folder')
    .argument('[policy]', 'NAME or NAMESPACE/NAME; all without it')
    .addOption(
      new Option('-o, --output <format>', 'more columns, or the whole objects').choices(['wide', 'json', 'yaml']),
    )
    .option('--state <dir>', 'the state folder of the controller')
    .action(async (name: string | undefined, options: GetOptions) =>
      io.done(await (await import('./run-get.js')).runGet(name, options, io)),
    );
}
