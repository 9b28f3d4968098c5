/** `plus1 egress`: the rules that say what builds may reach. Answers from a state folder, or from files; asks GitHub for nothing. */
import { Argument, Command, Option } from 'commander';
import type { CheckOptions } from './egress/check.js';
import type { ListOptions } from './egress/list.js';
import type { RenderOptions } from './egress/render.js';
import type { RequestOptions } from './egress/request.js';
import type { CommandIO } from './io.js';
import { withIO } from './program.js';
import { STATE_HELP } from './state-folder.js';

/** The subcommand, speaking through `io`. */
export function egressCommand(io: CommandIO): Command {
  const egress = new Command('egress')
    .description('what builds may reach: rules, and the lists that come of them')
    .helpCommand(false);
  for (const command of [list(io), render(io), check(io), request(io)]) egress.addCommand(withIO(command, io));
  return egress;
}

const POLICY = '--policy <[namespace/]policy>';
const collect = (value: string, list: string[]): string[] => [...list, value];
const many = (flags: string, what: string): Option =>
  new Option(flags, `${what}, may be repeated`).argParser(collect).default([], 'none');

function list(io: CommandIO): Command {
  return new Command('list')
    .description('show the rules of a state folder')
    .addArgument(new Argument('[policy]', 'NAME or NAMESPACE/NAME; all without it'))
    .option('--due', 'those alone that have to be reviewed now', false)
    .addOption(
      new Option('--format <format>', 'what is printed; markdown: the five questions of the quarterly audit')
        .choices(['text', 'json', 'markdown'])
        .default('text'),
    )
    .option('--state <dir>', STATE_HELP)
    .addHelpText('after', exits('it printed what was asked for; there are no rules at all', 'there is no such policy'))
    .action(async (policy: string | undefined, options: ListOptions) =>
      io.done(await (await import('./egress/list.js')).runList(policy, options, io)),
    );
}

function render(io: CommandIO): Command {
  return new Command('render')
    .description('print the list that a job needs, as the agent reads it')
    .option('--repository <name>', 'the repository of the job (default: what any repository may reach)')
    .option('--workflow <file>', 'the workflow file of the job, such as release.yml')
    .option(POLICY, 'the policy whose rules count (default: the only one that has any)')
    .addOption(
      new Option('--format <format>', 'line: one line; input: the input of the step; json')
        .choices(['line', 'input', 'json'])
        .default('line'),
    )
    .option('--state <dir>', STATE_HELP)
    .addHelpText('after', exits('it printed the list, which may be empty', 'there is no such policy'))
    .action(async (options: RenderOptions) =>
      io.done(await (await import('./egress/render.js')).runRender(options, io)),
    );
}

function check(io: CommandIO): Command {
  return new Command('check')
    .description('judge files with rules, as for a pull request')
    .argument('<PATH...>', 'YAML or JSON files')
    .option('--resolve', 'ask DNS for each exact name', false)
    .option('-j, --json', 'print JSON', false)
    .addHelpText(
      'after',
      `${exits('each rule is right', 'a rule is wrong, or a name does not resolve')}\n\nEnvironment: PLUS1_DNS_SERVERS`,
    )
    .action(async (paths: string[], options: CheckOptions) =>
      io.done(await (await import('./egress/check.js')).runCheck(paths, options, io)),
    );
}

function request(io: CommandIO): Command {
  return new Command('request')
    .description('write a rule as a YAML document, for a pull request')
    .argument('<name>', 'name of the rule')
    .requiredOption(POLICY, 'the policy that the rule is for')
    .requiredOption('--reason <text>', 'why, 8 to 1024 characters')
    .requiredOption('--owner <name>', 'who answers for it')
    .addOption(many('--endpoint <host:port>', 'what builds may reach'))
    .option('--deny', 'they may not', false)
    .option('--emergency', 'in force at once, for a day at most; needs --expires-at', false)
    .option('--expires-at <time>', 'when it ends, such as 2027-03-31T00:00:00Z')
    .option('--review-every <duration>', 'how long a review counts (default: 2160h)')
    .option('--ticket <url>', 'where it was asked for')
    .addOption(many('--repository <glob>', 'for repositories of that name (default: all that are governed)'))
    .addOption(many('--exclude <glob>', 'but not for those'))
    .addOption(many('--workflow <file>', 'for that workflow file (default: all)'))
    .addHelpText('after', exits('it wrote the document to standard output', undefined))
    .action(async (name: string, options: RequestOptions) =>
      io.done(await (await import('./egress/request.js')).runRequest(name, options, io)),
    );
}

const exits = (good: string, bad: string | undefined): string =>
  `\nExit codes:\n  0  ${good}\n${bad === undefined ? '' : `  1  ${bad}\n`}  2  wrong usage`;
