/** `plus1 notify`: looks at the channels of a policy. */
import { Command } from 'commander';
import type { CommandIO } from './io.js';
import { withNotifyOptions } from './notify-options.js';
import { withIO } from './program.js';
import type { NotifyTestOptions } from './run-notify-test.js';
import { STATE_HELP } from './state-folder.js';

/** The subcommand with its own; they are loaded when they are called. */
export function notifyCommand(io: CommandIO): Command {
  const notify = new Command('notify').description('look at the channels of a policy').helpCommand(false);
  notify.addCommand(withIO(testing(io), io));
  return notify;
}

function testing(io: CommandIO): Command {
  const command = new Command('test')
    .description('send a marked test message to each channel of a policy, and show what each answers')
    .argument('<policy>', 'NAME or NAMESPACE/NAME')
    .option('--name <name>', 'that channel alone')
    .option('--state <dir>', `${STATE_HELP}; without it, in a pod, the policy of the cluster`)
    .option('--credentials <dir>', 'folder of Secrets: DIR/<secret name>/<key>');
  return withNotifyOptions(command)
    .addHelpText(
      'after',
      `
Exit codes:
  0  every channel took the message
  1  a channel did not, or there is no such policy or channel
  2  wrong usage`,
    )
    .action(async (policy: string, options: NotifyTestOptions) =>
      io.done(await (await import('./run-notify-test.js')).runNotifyTest(policy, options, io)),
    );
}
