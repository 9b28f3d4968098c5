/** `plus1 rollout`: what becomes of changes of rules in stages, and the switches of a person. */
import { Command, Option } from 'commander';
import type { CommandIO } from './io.js';
import { withIO } from './program.js';
import type { FoldOptions } from './rollout/run-fold.js';
import type { ImpactOptions } from './rollout/run-impact.js';
import type { StatusOptions } from './rollout/run-status.js';
import type { SwitchOptions } from './rollout/run-switch.js';
import { STATE_HELP } from './state-folder.js';
import { withAccessOptions } from './sync-options.js';

const ROLLOUT = 'NAME or NAMESPACE/NAME';

const exitCodes = (ok: string, failed: string): string => `
Exit codes:
  0  ${ok}
  1  ${failed}
  2  wrong usage`;

/** The subcommand, speaking through `io`. */
export function rolloutCommand(io: CommandIO): Command {
  const rollout = new Command('rollout')
    .description('follow rollouts of a state folder, and pause, resume, abort or fold one')
    .helpCommand(false);
  const switches = [
    switchCommand('pause', 'let no further stage begin: sets spec.paused in its file', io),
    switchCommand('resume', 'let stages begin again; what was rolled back and paused begins again', io),
    switchCommand('abort', 'bring the members back to those of first: sets spec.abort in its file', io),
  ];
  for (const command of [status(io), impact(io), ...switches, fold(io)]) rollout.addCommand(withIO(command, io));
  return rollout;
}

function status(io: CommandIO): Command {
  return new Command('status')
    .description('show the stage, what its pushes say, what it waits for, and its history')
    .argument('[rollout]', `${ROLLOUT}; all without it`)
    .addOption(new Option('-o, --output <format>', 'the whole objects').choices(['json', 'yaml']))
    .option('--state <dir>', STATE_HELP)
    .addHelpText('after', exitCodes('it printed what was asked for; there are none at all', 'there is no such rollout'))
    .action(async (name: string | undefined, options: StatusOptions) =>
      io.done(await (await import('./rollout/run-status.js')).runStatus(name, options, io)),
    );
}

function impact(io: CommandIO): Command {
  return withAccessOptions(
    new Command('impact')
      .description('show what the last month of pushes and the rules in force say of its rules; writes nothing')
      .argument(
        '<rollout>',
        'a file with exactly one Plus1Rollout; or NAME or NAMESPACE/NAME, as its last pass found out',
      ),
  )
    .addOption(new Option('--format <format>', 'what standard output holds').choices(['text', 'json']).default('text'))
    .option('--state <dir>', STATE_HELP)
    .addHelpText('after', exitCodes('it printed what is known', 'GitHub did not answer, or there is no such ruleset'))
    .action(async (file: string, options: ImpactOptions) =>
      io.done(await (await import('./rollout/run-impact.js')).runImpact(file, options, io)),
    );
}

function switchCommand(word: 'pause' | 'resume' | 'abort', about: string, io: CommandIO): Command {
  return new Command(word)
    .description(about)
    .argument('<rollout>', ROLLOUT)
    .requiredOption('--policies <dir>', 'folder of the policies, in which its file lies')
    .option('--state <dir>', STATE_HELP)
    .addHelpText(
      'after',
      exitCodes('its file says so; the next pass sees it', 'it says so already, or there is no such rollout'),
    )
    .action(async (name: string, options: SwitchOptions) =>
      io.done(await (await import('./rollout/run-switch.js')).runSwitch(word, name, options, io)),
    );
}

function fold(io: CommandIO): Command {
  return withAccessOptions(
    new Command('fold')
      .description(
        'print the main ruleset with the rules of the rollout added, as its owner applies it; writes nothing',
      )
      .argument('<rollout>', ROLLOUT),
  )
    .option('--state <dir>', STATE_HELP)
    .addHelpText('after', exitCodes('it printed the ruleset', 'there is no such rollout or ruleset'))
    .action(async (name: string, options: FoldOptions) =>
      io.done(await (await import('./rollout/run-fold.js')).runFold(name, options, io)),
    );
}
