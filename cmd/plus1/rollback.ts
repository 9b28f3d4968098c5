/** `plus1 rollback` and `plus1 release`: bring an earlier membership back, and end the hold that follows, beside a state folder. */
import { Command } from 'commander';
import type { CommandIO } from './io.js';
import type { ReleaseOptions } from './run-release.js';
import type { RollbackOptions } from './run-rollback.js';
import { STATE_HELP } from './state-folder.js';

const POLICY = 'NAME or NAMESPACE/NAME';

/** The subcommand, speaking through `io`. */
export function rollbackCommand(io: CommandIO): Command {
  return new Command('rollback')
    .description('bring back the membership that a record of the journal has; the next pass carries it out')
    .argument('<policy>', POLICY)
    .requiredOption('--to <SEQUENCE|TIME>', 'number of a record, or a time such as 2026-11-28T04:00:00Z')
    .option('--writer <name>', 'whose record it is (default: that of this journal)')
    .option('--dry-run', 'show the difference from the journal; leave no request', false)
    .option('--reason <text>', 'why, at most 1024 characters; kept in the journal')
    .option('--yes', 'do not ask; required without a terminal', false)
    .option('--journal <dir>', 'the journal (default: .journal of the state folder)')
    .option('--state <dir>', STATE_HELP)
    .addHelpText(
      'after',
      `
Exit codes:
  0  the request lies in the state folder; with --dry-run, the difference was shown
  1  the policy is rolled back to that already, No at the prompt, or a damaged journal
  2  wrong usage, an unknown record, or a time before the journal`,
    )
    .action(async (policy: string, options: RollbackOptions) =>
      io.done(await (await import('./run-rollback.js')).runRollback(policy, options, io)),
    );
}

/** The subcommand, speaking through `io`. */
export function releaseCommand(io: CommandIO): Command {
  return new Command('release')
    .description('end the hold of a rollback, or take back one that waits; the next pass judges by files again')
    .argument('<policy>', POLICY)
    .option('--state <dir>', STATE_HELP)
    .addHelpText(
      'after',
      `
Exit codes:
  0  the request lies in the state folder
  1  the policy is not rolled back
  2  wrong usage`,
    )
    .action(async (policy: string, options: ReleaseOptions) =>
      io.done(await (await import('./run-release.js')).runRelease(policy, options, io)),
    );
}
