/** `plus1 explain ORG/REPO`: why a repository is governed or not, from what the last pass of each policy left behind. */
import { Command, Option } from 'commander';
import type { CommandIO } from './io.js';
import type { ExplainOptions } from './run-explain.js';
import { STATE_HELP } from './state-folder.js';

/** The subcommand, speaking through `io`. */
export function explainCommand(io: CommandIO): Command {
  return new Command('explain')
    .description('show why a repository is or is not governed')
    .argument('<organization/repository>', 'such as acme/payments-api')
    .addOption(new Option('-o, --output <format>', 'what is printed').choices(['text', 'json']).default('text'))
    .option('--state <dir>', STATE_HELP)
    .addHelpText(
      'after',
      `
Exit codes:
  0  it printed why
  1  nothing is known of the repository
  2  wrong usage`,
    )
    .action(async (name: string, options: ExplainOptions) =>
      io.done(await (await import('./run-explain.js')).runExplain(name, options, io)),
    );
}
