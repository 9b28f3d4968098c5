/** `plus1 get`: from the state folder, what `kubectl get plus1policies` prints from a cluster. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { INPUT_KINDS, type InputKind } from '../../pkg/api/index.js';
import type { CommandIO } from './io.js';
import { withIO } from './program.js';
import type { GetApprovalsOptions } from './run-get-approvals.js';
import type { GetInputsOptions } from './run-get-inputs.js';
import type { GetOptions } from './run-get.js';
import { STATE_HELP } from './state-folder.js';

/** The subcommand, speaking through `io`. */
export function getCommand(io: CommandIO): Command {
  const get = new Command('get')
    .description('show the policies of a state folder')
    .argument('[policy]', 'NAME or NAMESPACE/NAME; all without it')
    .addOption(
      new Option('-o, --output <format>', 'more columns, or the whole objects').choices(['wide', 'json', 'yaml']),
    )
    .option('--state <dir>', STATE_HELP)
    .addHelpText(
      'after',
      `
Exit codes:
  0  it printed what was asked for; there are no policies at all
  1  there is no such policy, or a state file cannot be read
  2  wrong usage`,
    )
    .helpCommand(false)
    .action(async (name: string | undefined, options: GetOptions) =>
      io.done(await (await import('./run-get.js')).runGet(name, options, io)),
    );
  get.addCommand(withIO(approvals(io), io));
  for (const kind of INPUT_KINDS) get.addCommand(withIO(inputs(kind, io), io));
  return get;
}

/** `egressrules`, as `kubectl get plus1egressrules` without the prefix that a cluster needs. */
function inputs(kind: InputKind, io: CommandIO): Command {
  const { many } = kind.words;
  return (
    new Command(kind.plural.replace(/^plus1/, ''))
      .description(`show the ${many} of a state folder`)
      .argument('[policy]', 'NAME or NAMESPACE/NAME; all without it')
      .addOption(new Option('-o, --output <format>', 'the whole objects').choices(['json', 'yaml']))
      .option('--state <dir>', STATE_HELP)
      .addHelpText(
        'after',
        `\nExit codes:\n  0  it printed what was asked for; there are no ${many} at all\n  1  there is no such policy\n  2  wrong usage`,
      )
      // `get` has these flags as well, and commander gives them to the outer one of the two, wherever they stand.
      .action(async (name: string | undefined, _own: unknown, command: Command) => {
        const { output, state } = command.optsWithGlobals<GetOptions>();
        if (output === 'wide') throw new InvalidArgumentError("option '-o, --output <format>': allowed: json, yaml");
        const options: GetInputsOptions = { ...(output && { output }), ...(state !== undefined && { state }) };
        io.done(await (await import('./run-get-inputs.js')).runGetInputs(kind, name, options, io));
      })
  );
}

function approvals(io: CommandIO): Command {
  return (
    new Command('approvals')
      .description('show the approvals of a state folder')
      .argument('[policy]', 'NAME or NAMESPACE/NAME; all without it')
      .addOption(new Option('-o, --output <format>', 'the whole objects').choices(['json', 'yaml']))
      .option('--state <dir>', STATE_HELP)
      .addHelpText(
        'after',
        '\nExit codes:\n  0  it printed what was asked for; there are no approvals at all\n  1  there is no such policy\n  2  wrong usage',
      )
      // `get` has these flags as well, and commander gives them to the outer one of the two, wherever they stand.
      .action(async (name: string | undefined, _own: unknown, command: Command) => {
        const { output, state } = command.optsWithGlobals<GetOptions>();
        if (output === 'wide') throw new InvalidArgumentError("option '-o, --output <format>': allowed: json, yaml");
        const options: GetApprovalsOptions = { ...(output && { output }), ...(state !== undefined && { state }) };
        io.done(await (await import('./run-get-approvals.js')).runGetApprovals(name, options, io));
      })
  );
}
