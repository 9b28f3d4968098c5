/** `plus1 journal`: verifies, shows, replays and exports the journal, from its folders alone; and gives a damaged one up. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { CommandIO } from './io.js';
import type { AcceptLossOptions } from './journal/accept-loss.js';
import type { AtOptions } from './journal/at.js';
import type { ExportOptions } from './journal/export.js';
import type { ShowOptions } from './journal/show.js';
import type { VerifyOptions } from './journal/verify.js';
import { withIO } from './program.js';
import { STATE_HELP } from './state-folder.js';

/** The subcommand with its own; they are loaded when they are called. */
export function journalCommand(io: CommandIO): Command {
  const journal = new Command('journal')
    .description('verify, show, replay or export the journal; give a damaged one up')
    .helpCommand(false);
  for (const command of [verify(io), show(io), at(io), exporting(io), acceptingLoss(io)])
    journal.addCommand(withIO(command, io));
  return journal;
}

function verify(io: CommandIO): Command {
  return new Command('verify')
    .description('find out whether a journal is whole')
    .argument('<DIR...>', "a journal's root, a policy's folder, a chain's folder, an export or a certification")
    .addOption(new Option('--checkpoint <FILE>', 'a checkpoint that was kept; may be repeated').argParser(repeated))
    .addOption(new Option('--key <VKEY>', 'the verifier key to believe; may be repeated').argParser(repeated))
    .addOption(format())
    .addHelpText(
      'after',
      '\nExit codes:\n  0  whole\n  1  not: each fault with chain, file and line\n  2  wrong usage, or no journal',
    )
    .action(async (folders: string[], options: VerifyOptions) =>
      io.done(await (await import('./journal/verify.js')).runVerify(folders, options, io)),
    );
}

function show(io: CommandIO): Command {
  return withPlace(new Command('show').description('show the records of a policy').argument('<policy>', POLICY))
    .option('--since <TIME>', 'from this time on, such as 2026-11-28 or 2026-11-28T04:00:00Z')
    .option('--until <TIME>', 'before this time')
    .addOption(new Option('--kind <KIND>', 'records of this kind; may be repeated').argParser(repeated))
    .option('--repository <NAME|ID>', 'records about this repository')
    .addOption(new Option('--limit <N>', 'the newest N of them').argParser(count))
    .addOption(format())
    .action(async (policy: string, options: ShowOptions) =>
      io.done(await (await import('./journal/show.js')).runShow(policy, options, io)),
    );
}

function at(io: CommandIO): Command {
  return withPlace(
    new Command('at')
      .description('show who was a member of the ruleset at some time, from the journal alone')
      .argument('<TIME>', 'such as 2026-11-28T04:00:00Z')
      .argument('<policy>', POLICY),
  )
    .addOption(format())
    .action(async (time: string, policy: string, options: AtOptions) =>
      io.done(await (await import('./journal/at.js')).runAt(time, policy, options, io)),
    );
}

function exporting(io: CommandIO): Command {
  return withPlace(
    new Command('export')
      .description('copy a part of the journal, so that it can be verified')
      .argument('<policy>', POLICY),
  )
    .option('--since <TIME>', 'segments with records from this time on')
    .option('--until <TIME>', 'segments with records before this time')
    .requiredOption('--output <DIR>', 'a new or empty folder')
    .action(async (policy: string, options: ExportOptions) =>
      io.done(await (await import('./journal/export.js')).runExport(policy, options, io)),
    );
}

function acceptingLoss(io: CommandIO): Command {
  return new Command('accept-loss')
    .description('give a damaged journal up: the next pass closes its chain and starts a new one')
    .argument('<policy>', POLICY)
    .requiredOption('--reason <TEXT>', 'what was lost, and why; 8 to 1024 characters, kept in the new journal')
    .option('--journal <DIR>', 'the journal (default: .journal of the state folder)')
    .option('--state <DIR>', STATE_HELP)
    .addHelpText(
      'after',
      '\nExit codes:\n  0  the request is left for the next pass\n  1  no journal of the policy, or its folder cannot be written\n  2  wrong usage',
    )
    .action(async (policy: string, options: AcceptLossOptions) =>
      io.done(await (await import('./journal/accept-loss.js')).runAcceptLoss(policy, options, io)),
    );
}

const POLICY = 'NAME, NAMESPACE/NAME, or the name of its folder';

/** Where the journal lies. */
function withPlace(command: Command): Command {
  return command
    .addOption(
      new Option('--journal <DIR>', 'the journal (default: .journal of the state folder); may be repeated').argParser(
        repeated,
      ),
    )
    .option('--state <DIR>', STATE_HELP);
}

const format = (): Option =>
  new Option('-o, --output <FORMAT>', 'what standard output holds').choices(['text', 'json']).default('text');

const repeated = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

function count(value: string): number {
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('allowed: a whole number of at least 1');
}
