/** `plus1 approve`: lets a held plan pass, beside a state folder. */
import { Command, Option } from 'commander';
import { KINDS_OF_APPROVAL } from '../../pkg/api/index.js';
import type { CommandIO } from './io.js';
import type { ApproveOptions } from './run-approve.js';
import { STATE_HELP } from './state-folder.js';

/** The subcommand, speaking through `io`. */
export function approveCommand(io: CommandIO): Command {
  const collect = (value: string, list: string[]): string[] => [...list, value];
  return new Command('approve')
    .description('let a plan pass that a guard holds; the next pass counts it')
    .argument('<policy>', 'NAME or NAMESPACE/NAME')
    .requiredOption('--reason <text>', 'why, 8 to 1024 characters')
    .option('--plan <hash>', 'the plan (default: the one that is held now), or the digest of an egress rule')
    .addOption(
      new Option(
        '--kind <kind>',
        'an Emergency releases alone, where the policy has emergencyGroups; a Review sets when a rule is reviewed next',
      )
        .choices(KINDS_OF_APPROVAL)
        .default('Normal'),
    )
    .addOption(
      new Option('--group <group>', 'a group of the approver, may be repeated').argParser(collect).default([], 'none'),
    )
    .option('--approver <name>', 'who approves (default: the login name of this system, which proves nothing)')
    .option('--yes', 'do not ask; required without a terminal', false)
    .option('--state <dir>', STATE_HELP)
    .addHelpText(
      'after',
      `
Exit codes:
  0  the approval lies in the state folder
  1  nothing is held, --plan names no held plan, or No at the prompt
  2  wrong usage`,
    )
    .action(async (policy: string, options: ApproveOptions) =>
      io.done(await (await import('./run-approve.js')).runApprove(policy, options, io)),
    );
}
