/** What a run of `sync` prints, keeps in files and ends with. */
import { ownTurn } from '../../pkg/base/index.js';
import { errorLine, Plus1Error, toPlus1Error } from '../../pkg/errors/index.js';
import { isBlind } from '../../pkg/governance/index.js';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { complianceReport, outcomeMarkdown, outcomeText } from '../../pkg/report/index.js';
import { plural, printableJSONParts } from '../../pkg/text/index.js';
import { EXIT, type CommandIO } from './io.js';
import { readEnvironment } from './environment.js';
import { writeReport } from './report-file.js';
import { stateFolder } from './state-folder.js';
import { shortageFor } from './storage.js';
import type { SummaryFile } from './summary-file.js';
import type { SyncOptions } from './sync-options.js';
import type { Target } from './target.js';

interface Receivers {
  options: SyncOptions;
  target: Target;
  summary: SummaryFile;
}

/** The exit code. A file that cannot be kept makes a success a failure, and takes nothing back that was written to GitHub. */
export async function reportOutcome(
  outcome: PassOutcome,
  { options, target, summary }: Receivers,
  io: CommandIO,
): Promise<number> {
  const report = complianceReport(outcome);
  for (const line of remarks(outcome, target.hasMemory)) io.stderr.write(`${line}\n`);
  if (report !== undefined && options.format === 'json') await printReport(report, io);
  else if (report !== undefined) io.stdout.write(outcomeText(outcome, { color: hasColor(io) }));
  const error = outcome.error ?? incompleteness(outcome);
  if (error !== undefined) io.stderr.write(`${errorLine(error)}\n`);
  const code = exitCode(outcome);
  const { output } = options;
  const kept = [
    await isKept(() => summary.write(() => outcomeMarkdown(outcome, error)), io),
    output === undefined ||
      report === undefined ||
      (await keepReport(output, report, { outcome, options, target }, io)),
  ];
  return kept.includes(false) ? worse(code) : code;
}

/** With a turn for others between two parts. */
async function printReport(report: object, { stdout }: CommandIO): Promise<void> {
  for (const part of printableJSONParts(report, 2)) {
    stdout.write(part);
    await ownTurn();
  }
}

/** Of the file. */
function lengthOf(report: object): number {
  let bytes = 0;
  for (const part of printableJSONParts(report, 2)) bytes += Buffer.byteLength(part);
  return bytes;
}

async function isKept(write: () => Promise<void>, io: CommandIO): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (thrown) {
    io.stderr.write(`${errorLine(toPlus1Error(thrown))}\n`);
    return false;
  }
}

/** Only where somebody leaves: in front of every first plan it would be noise. */
function withoutGrace(acted: PassOutcome['acted']): string[] {
  const leaving = acted?.decision.toLeave.length ?? 0;
  return leaving === 0 ? [] : [`no grace period: ${plural(leaving, 'leaves', 'leave')} now`];
}

function remarks({ acted, seen, request }: PassOutcome, hasMemory: boolean): string[] {
  const { waiting = 0, findings = [], absent = [] } = seen ?? {};
  const gone = hasMemory ? 0 : absent.filter(({ fate }) => fate === 'gone').length;
  const paths = request.policy.spec.catalog.paths.join(', ');
  return [
    ...(hasMemory ? [] : withoutGrace(acted)),
    ...(gone === 0
      ? []
      : [
          `${gone} ${gone === 1 ? 'member was not found and stays' : 'members were not found and stay'}: ` +
            'that takes two proofs an hour apart, and a run without --state has no memory of the first',
        ]),
    ...(waiting === 0 ? [] : [`${waiting} members that no listing contains wait for a later run to look them up`]),
    ...(isBlind(findings) ? [`no repository has a file at ${paths}: check the paths; nobody leaves on this`] : []),
  ];
}

/** An incomplete pass is a failure too, and says what was missing. */
function incompleteness({ result, seen, status }: PassOutcome): Plus1Error | undefined {
  if (result !== 'Incomplete') return undefined;
  const message = status.conditions?.find(({ type }) => type === 'Ready')?.message ?? 'the pass is incomplete';
  return new Plus1Error(
    'PLUS1_LISTING_INCOMPLETE',
    message,
    seen?.skewed === true ? { fix: 'set the clock of this machine right, and run again' } : {},
  );
}

/** https://no-color.org */
const hasColor = ({ stdout, env }: CommandIO): boolean => stdout.isTTY === true && !env['NO_COLOR'];

/** An exit code of 1 looks like a run that did nothing. */
function doneAllTheSame({ acted }: PassOutcome): string {
  if (acted?.written !== true) return 'this run wrote nothing to GitHub';
  const { toEnter: entered, toLeave: left } = acted.decision;
  return `the ruleset was written all the same: ${entered.length} entered, ${left.length} left`;
}

async function keepReport(
  path: string,
  report: object,
  { outcome, options, target }: Pick<Receivers, 'options' | 'target'> & { outcome: PassOutcome },
  io: CommandIO,
): Promise<boolean> {
  try {
    const folder = stateFolder(options.state, readEnvironment(io.env));
    const shortage = target.hasMemory ? await shortageFor(path, lengthOf(report), { folder }) : undefined;
    if (shortage !== undefined)
      throw new Plus1Error('PLUS1_OUTPUT_UNWRITABLE', `cannot write the report to ${path}: ${shortage}`);
    await writeReport(path, report, io.signal);
    return true;
  } catch (thrown) {
    const { code, message, fix } = toPlus1Error(thrown);
    const error = new Plus1Error(code, `${message}; ${doneAllTheSame(outcome)}`, { cause: thrown, fix });
    io.stderr.write(`${errorLine(error)}\n`);
    return false;
  }
}

/** A dry run that made its plan is a success, held or not; so is a pass that only observes. */
function exitCode({ error, result, dryRun, rollback }: PassOutcome): number {
  switch (result) {
    case 'Failed':
      return error === undefined ? EXIT.failed : codeOf(error);
    case 'Incomplete':
      return EXIT.failed;
    case 'Held':
      // The hold that begins with a rollback is what was asked for.
      return dryRun || rollback?.isApplied === true ? EXIT.ok : EXIT.held;
    case 'Observed':
    case 'Succeeded':
      return EXIT.ok;
  }
}

export const codeOf = (error: Plus1Error): number => (error.class === 'usage' ? EXIT.usage : EXIT.failed);

const worse = (code: number): number => (code === EXIT.usage ? code : EXIT.failed);
