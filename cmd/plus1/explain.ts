/** `plus1 explain ORG/REPO`: why a repository is governed or not, from what the last pass of each policy left behind. */
import { Command } from 'commander';
import type { CommandIO } from './io.js';

/** The subcommand, speaking through `io`. */
export function explainCommand(io: CommandIO): Command {
  return new Command('explain')
    .description('show why a repository is or is not governed')
    .argument('<organization/repository>', 'such as acme/payments-api')
    .option('--state <dir>', 'the state folder of the controller')
    .action(async (name: string, options: { state?: string }) =>
      io.done(await (await import('./run-explain.js')).runExplain(name, options.state, io)),
    );
}
