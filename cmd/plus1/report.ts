/** `plus1 report`: reports of days and weeks, certifications and samples, from the journal alone. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { CommandIO } from './io.js';
import { withIO } from './program.js';
import type { CertificationOptions } from './report/certification.js';
import type { PeriodOptions } from './report/period.js';
import type { SampleOptions } from './report/sample.js';
import { STATE_HELP } from './state-folder.js';

/** The subcommand with its own; they are loaded when they are called. */
export function reportCommand(io: CommandIO): Command {
  const report = new Command('report')
    .description('write reports and certifications from the journal')
    .helpCommand(false);
  for (const command of [daily(io), weekly(io), certification(io), sample(io)]) report.addCommand(withIO(command, io));
  return report;
}

const EXIT_CODES = `
Exit codes:
  0  written
  1  no record of that time, or not writable
  2  wrong usage, or the time is not over yet`;

function daily(io: CommandIO): Command {
  return withOutput(new Command('daily').description('report one day'), ['json', 'html', 'csv', 'markdown'])
    .option('--date <YYYY-MM-DD>', 'the day, in UTC (default: the last one that is over)')
    .action(async (policy: string | undefined, options: PeriodOptions) =>
      io.done(await (await import('./report/period.js')).runDaily(policy, options, io)),
    );
}

function weekly(io: CommandIO): Command {
  return withOutput(new Command('weekly').description('report one week'), ['json', 'html', 'csv'])
    .option('--week <YYYY-Www>', 'the ISO week, in UTC (default: the last one that is over)')
    .action(async (policy: string | undefined, options: PeriodOptions) =>
      io.done(await (await import('./report/period.js')).runWeekly(policy, options, io)),
    );
}

function certification(io: CommandIO): Command {
  return withJournal(new Command('certification').description('certify one month: a folder of evidence'))
    .option('--month <YYYY-MM>', 'the month, in UTC (default: the last one that is over)')
    .option('--output <DIR>', 'a new or empty folder, or that of an earlier certification, which is replaced')
    .option('--reports <DIR>', 'a folder of reports, in which it gets the place that the controller gives it')
    .option('--frameworks <DIR>', 'files *.yaml of controls, in the place of those that come along')
    .option('--reconcile', "compare the journal with GitHub's history of the ruleset, of 180 days; needs a token")
    .option('--token <token>', 'GitHub token for --reconcile (GHE_ADMIN_TOKEN, GITHUB_TOKEN)')
    .addHelpText('after', EXIT_CODES)
    .action(async (policy: string | undefined, options: CertificationOptions) =>
      io.done(await (await import('./report/certification.js')).runCertification(policy, options, io)),
    );
}

function sample(io: CommandIO): Command {
  return withOutput(new Command('sample').description('draw a sample that can be drawn again'), ['json', 'csv'])
    .addOption(
      new Option('--population <NAME>', 'what to draw from')
        .choices(['changes', 'repositories', 'days'])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--month <YYYY-MM>', 'of this month (default: the last one that is over)').conflicts([
        'since',
        'until',
      ]),
    )
    .option('--since <TIME>', 'from this time on, such as 2026-11-01')
    .option('--until <TIME>', 'before this time')
    .addOption(
      new Option('--seed <N>', 'a number; the same one draws the same sample').argParser(seed).makeOptionMandatory(),
    )
    .addOption(new Option('--size <N>', 'how many rows').argParser(size).default(25))
    .action(async (policy: string | undefined, options: SampleOptions) =>
      io.done(await (await import('./report/sample.js')).runSample(policy, options, io)),
    );
}

/** What all of them take. */
function withOutput(command: Command, formats: readonly string[]): Command {
  return withJournal(command)
    .addOption(new Option('--format <FORMAT>', 'what is written').choices(formats).default('json'))
    .option('--output <FILE>', 'a file instead of standard output; without a policy: a folder')
    .option('--reports <DIR>', 'a folder of reports, in which it gets the place that the controller gives it')
    .addHelpText('after', EXIT_CODES);
}

/** Of which policy, and where its journal is. */
function withJournal(command: Command): Command {
  return command
    .argument('[policy]', 'NAME, NAMESPACE/NAME, or the name of its folder (default: all, into the folder --output)')
    .addOption(
      new Option('--journal <DIR>', 'the journal (default: .journal of the state folder); may be repeated').argParser(
        (value: string, before: string[] | undefined) => [...(before ?? []), value],
      ),
    )
    .option('--state <DIR>', STATE_HELP);
}

function seed(value: string): string {
  if (/^\d{1,18}$/.test(value)) return value;
  throw new InvalidArgumentError('allowed: a whole number');
}

function size(value: string): number {
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('allowed: a whole number of at least 1');
}
