/** `plus1 incident`: opens, shows, isolates, closes, releases and reports incidents, over a policies folder and its state folder. */
import { Command, Option } from 'commander';
import { INCIDENT_MATCHING, INCIDENT_SEVERITIES } from '../../pkg/api/index.js';
import type { CommandIO } from './io.js';
import type { CloseOptions, IsolateOptions } from './incident/edit.js';
import type { OpenOptions } from './incident/open.js';
import type { ReleaseOptions } from './incident/release.js';
import type { ReportOptions } from './incident/report.js';
import type { StatusOptions } from './incident/status.js';
import { withIO } from './program.js';
import { STATE_HELP } from './state-folder.js';

const POLICIES_HELP = 'the policies folder of the controller; without it the document is printed';
const collect = (value: string, list: string[]): string[] => [...list, value];
const many = (flags: string, what: string): Option => new Option(flags, what).argParser(collect).default([], 'none');

/** The subcommand; says its exit codes by `io.done`. */
export function incidentCommand(io: CommandIO): Command {
  const incident = new Command('incident')
    .description('isolate repositories in an incident, keep evidence, find who is affected, and release')
    .helpCommand(false);
  for (const command of [open(io), status(io), isolate(io), close(io), release(io), report(io)])
    incident.addCommand(withIO(command, io));
  return incident;
}

const exitCodes = (ok: string, failed: string): string => `
Exit codes:
  0  ${ok}
  1  ${failed}
  2  wrong usage`;

function withIsolation(command: Command): Command {
  return command
    .addOption(many('--repository <name>', 'a repository to isolate, may be repeated'))
    .addOption(new Option('--matching <who>', 'whom else to isolate').choices(INCIDENT_MATCHING))
    .addOption(new Option('--actions <what>', 'GitHub Actions of isolated repositories').choices(['Keep', 'Disabled']))
    .option('--cancel-runs', 'cancel runs that wait or are under way there', false)
    .addOption(many('--responder <team>', 'slug of a team that may push all the same, may be repeated'))
    .option('--policies <dir>', POLICIES_HELP);
}

const NONE = 'there is no such incident';
const WRITTEN = 'its file says so, and the next pass acts on it; or the document is printed';

const open = (io: CommandIO): Command =>
  withIsolation(
    new Command('open')
      .description('write the document of a new incident')
      .argument('<name>', 'name of the incident: lower-case letters, digits, and -')
      .requiredOption('--policy <[namespace/]policy>', 'the policy of the organization')
      .requiredOption('--title <text>', 'what happened, in one line')
      .requiredOption('--reason <text>', 'why, 8 to 1024 characters')
      .requiredOption('--owner <who>', 'who answers for it')
      .addOption(new Option('--severity <how>', 'how bad it is').choices(INCIDENT_SEVERITIES).default('High'))
      .option('--commander <who>', 'who leads the response')
      .option('--detected-at <time>', 'when it was noticed, RFC 3339 (default: now)')
      .option('--ticket <url>', 'https URL of the ticket')
      .addOption(many('--action <owner/action[@ref]>', 'an action that is known to be bad, may be repeated'))
      .addOption(many('--endpoint <host[:port]>', 'a host that bad code called, may be repeated'))
      .option('--window-start <time>', 'when bad code may first have run, RFC 3339')
      .option('--window-end <time>', 'when it could run no more')
      .option('--drill', 'an exercise: nothing is written to GitHub', false)
      .addHelpText('after', exitCodes('the document is written, or printed', 'its file cannot be written')),
  ).action(async (name: string, options: OpenOptions) =>
    io.done(await (await import('./incident/open.js')).runOpen(name, options, io)),
  );

const status = (io: CommandIO): Command =>
  new Command('status')
    .description('show the incidents, or one of them')
    .argument('[incident]', 'NAME or NAMESPACE/NAME')
    .addOption(new Option('-o, --output <format>', 'what is printed').choices(['text', 'json']).default('text'))
    .option('--state <dir>', STATE_HELP)
    .addHelpText('after', exitCodes('it printed what was asked for; there are none at all', NONE))
    .action(async (name: string | undefined, options: StatusOptions) =>
      io.done(await (await import('./incident/status.js')).runStatus(name, options, io)),
    );

const isolate = (io: CommandIO): Command =>
  withIsolation(
    new Command('isolate')
      .description('isolate more repositories: changes the file of the incident, or prints its document')
      .argument('<incident>', 'NAME or NAMESPACE/NAME')
      .option('--state <dir>', STATE_HELP)
      .addHelpText('after', exitCodes(WRITTEN, `${NONE}, or its file says so already`)),
  ).action(async (name: string, options: IsolateOptions) =>
    io.done(await (await import('./incident/edit.js')).runIsolate(name, options, io)),
  );

const close = (io: CommandIO): Command =>
  new Command('close')
    .description('ask for the release: sets closed in the file of the incident, or prints its document')
    .argument('<incident>', 'NAME or NAMESPACE/NAME')
    .option('--policies <dir>', POLICIES_HELP)
    .option('--state <dir>', STATE_HELP)
    .addHelpText('after', exitCodes(WRITTEN, `${NONE}, or its file says so already`))
    .action(async (name: string, options: CloseOptions) =>
      io.done(await (await import('./incident/edit.js')).runClose(name, options, io)),
    );

const release = (io: CommandIO): Command =>
  new Command('release')
    .description('approve what of an incident is held: its release, or an isolation beyond isolation.max')
    .argument('<incident>', 'NAME or NAMESPACE/NAME')
    .requiredOption('--reason <text>', 'why, 8 to 1024 characters')
    .addOption(
      new Option('--kind <kind>', 'an Emergency releases alone, where the policy has emergencyGroups')
        .choices(['Normal', 'Emergency'])
        .default('Normal'),
    )
    .addOption(many('--group <group>', 'a group of the approver, may be repeated'))
    .option('--approver <name>', 'who approves (default: the login name of this system, which proves nothing)')
    .option('--yes', 'do not ask; required without a terminal', false)
    .option('--state <dir>', STATE_HELP)
    .addHelpText(
      'after',
      exitCodes('the approval is there, for the next pass', `${NONE}, nothing of it is held, or the answer was No`),
    )
    .action(async (name: string, options: ReleaseOptions) =>
      io.done(await (await import('./incident/release.js')).runIncidentRelease(name, options, io)),
    );

const report = (io: CommandIO): Command =>
  new Command('report')
    .description('write timeline, inventory, evidence and open items of an incident')
    .argument('<incident>', 'NAME or NAMESPACE/NAME')
    .addOption(new Option('--format <format>', 'what is written').choices(['markdown', 'html']).default('markdown'))
    .option('--output <file>', 'where to (default: standard output)')
    .option('--state <dir>', STATE_HELP)
    .addHelpText('after', exitCodes('the report is written', `${NONE}, or the report cannot be written`))
    .action(async (name: string, options: ReportOptions) =>
      io.done(await (await import('./incident/report.js')).runIncidentReport(name, options, io)),
    );
