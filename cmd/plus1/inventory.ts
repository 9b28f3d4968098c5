/** `plus1 inventory`: who refers to an action, over an organization. Answers from the index that passes keep; asks GitHub for runs alone. */
import { Argument, Command, Option } from 'commander';
import type { CommandIO } from './io.js';
import { INVENTORY_FORMATS, type InventoryOptions } from './inventory/options.js';

/** The subcommand; says its exit code by `io.done`. */
export function inventoryCommand(io: CommandIO): Command {
  return new Command('inventory')
    .description('find who refers to an action, and which of them ran it')
    .addArgument(new Argument('<OWNER/ACTION[@REF]>', 'the action; with a reference: this tag, branch or commit alone'))
    .option('--policy <[namespace/]policy>', 'the policy whose index answers')
    .option('--org <organization>', 'the organization whose index answers (default: the only one that there is)')
    .option('--runs', 'ask GitHub which of them ran in the window: one request for each repository that refers', false)
    .option('--since <time>', 'begin of the window, such as 2025-03-14 or 2025-03-14T12:00:00Z')
    .option('--until <time>', 'end of the window (default: now)')
    .addOption(new Option('--format <format>', 'what is printed').choices(INVENTORY_FORMATS).default('text'))
    .option('--state <dir>', 'state folder of the controller or of sync -f')
    .addHelpText(
      'after',
      `
Exit codes:
  0  the index answered
  1  there is no index, or GitHub refused to answer
  2  wrong usage

Environment: XDG_STATE_HOME; with --runs: GHE_ADMIN_TOKEN or GITHUB_TOKEN, GITHUB_API_URL, HTTPS_PROXY, NO_PROXY`,
    )
    .action(async (action: string, options: InventoryOptions) => {
      // Loaded when asked for: no other command reads the index.
      const { runInventory } = await import('./inventory/run.js');
      io.done(await runInventory(action, options, io));
    });
}
