/** `plus1 check`: is everything there that a pass needs? Writes nothing, and looks at no file of a repository. */
import { Command } from 'commander';
import type { CheckOptions } from './check/options.js';
import { withCheckOptions } from './check/options.js';
import type { CommandIO } from './io.js';

/** The subcommand; says its exit code by `io.done`. */
export function checkCommand(io: CommandIO): Command {
  return withCheckOptions(new Command('check'))
    .description('check everything that sync needs')
    .addHelpText(
      'after',
      `
Exit codes:
  0  all is well; there may be warnings
  1  something is missing or could not be found out; with --strict also a warning
  2  wrong usage, policy or address`,
    )
    .action(async (options: CheckOptions) => {
      // The GitHub client is loaded when it is needed, as for sync.
      const { runCheck } = await import('./check/run.js');
      io.done(await runCheck(options, io));
    });
}
