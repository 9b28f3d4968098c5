/** `plus1 onboard`: the checklist of a repository, from what the last pass of its policy left behind. Asks nobody. */
import { Argument, Command, Option } from 'commander';
import type { CommandIO } from './io.js';
import { ONBOARD_FORMATS, type OnboardOptions } from './onboard/options.js';
import { STATE_HELP } from './state-folder.js';

/** The subcommand; says its exit code by `io.done`. */
export function onboardCommand(io: CommandIO): Command {
  return new Command('onboard')
    .description('show the checklist of a repository: what it meets, what it lacks, and how to correct it')
    .addArgument(new Argument('[organization/repository]', 'such as acme/payments-api').argOptional())
    .option('--all', 'every repository within the scope of the policy', false)
    .option('--policy <[namespace/]policy>', 'the policy whose checklists are shown')
    .addOption(new Option('--format <format>', 'what is printed').choices(ONBOARD_FORMATS).default('text'))
    .option('--state <dir>', STATE_HELP)
    .addHelpText(
      'after',
      `
Exit codes:
  0  every check passes, or is not available
  1  some do not, or nothing is known yet
  2  wrong usage

Environment: XDG_STATE_HOME`,
    )
    .action(async (name: string | undefined, options: OnboardOptions) => {
      // Loaded when asked for: few commands read checklists.
      const { runOnboard } = await import('./onboard/run.js');
      io.done(await runOnboard(name, options, io));
    });
}
