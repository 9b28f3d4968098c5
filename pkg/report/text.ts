/**
 * The outcome for a person at a terminal: counts first, then each repository that enters, leaves or is retained, with why
 * and the line of its file. Foreign text (names, reasons) is escaped here, where colours of our own are put around it.
 */
import { styleText } from 'node:util';
import { FINDING_STATUSES } from '../api/index.js';
import { exemptionState, type PlanItem } from '../governance/index.js';
import { barredText, notEnforced, stillHeld, type PassOutcome } from '../reconciler/index.js';
import { grouped, printable, quote } from '../text/index.js';
import { issueLines } from './issues.js';
import { demotionsOf } from './demotions.js';
import { complianceReport, type Report } from './report.js';

type Style = 'green' | 'red' | 'yellow' | 'bold' | 'dim';
type Paint = (style: Style, text: string) => string;

/** Names are padded to the longest, but not beyond this: one long name must not push every reason off the screen. */
const MAX_NAME_WIDTH = 40;

/** A wrong path, lifecycle or filter looks just like it. */
const NOTHING =
  'Warning: nothing is in production. If that is wrong, look at the paths, the lifecycles and the filter of the policy.';

export interface TextOptions {
  color: boolean;
}

/** The whole text, with a line break at its end; empty where the pass saw too little. Errors are told on standard error. */
export function outcomeText(outcome: PassOutcome, { color }: TextOptions): string {
  const paint: Paint = color
    ? (style, text) => styleText(style, text, { validateStream: false })
    : (_style, text) => text;
  const report = complianceReport(outcome);
  if (report === undefined) return '';
  return [
    ...head(report, outcome, paint),
    ...planLines(report, paint),
    ...rollbackLines(report, paint),
    ...issueLines(report.issues).map((line) => paint('dim', printable(line))),
    ...verdict(report, outcome, paint),
    '',
  ].join('\n');
}

/** One whose end was mistyped does nothing, and would say nothing of it. The event of a controller is not there in a terminal. */
function endedExemptions({ request, startMs }: PassOutcome): string[] {
  const { exemptions = [] } = request.policy.spec;
  const ended = exemptions.filter((exemption) => exemptionState(exemption, startMs) === 'expired');
  return ended.flatMap((exemption) => {
    const field = `spec.exemptions[${exemptions.indexOf(exemption)}]`;
    const what = `the exemption of ${quote(exemption.repository)} ended ${exemption.expiresAt} and does nothing`;
    return ['', `Warning: ${field}: ${what}; set a later expiresAt, or remove it.`];
  });
}

function head(report: Report, outcome: PassOutcome, paint: Paint): string[] {
  const { seen, acted } = outcome;
  const {
    total_repositories: total,
    production_repositories: production,
    governed_repositories: governed,
    compliance_percentage: share,
  } = report.compliance_status;
  const title = printable(`${report.organization} / ${report.ruleset_name} (${report.ruleset_enforcement})`);
  const counts = FINDING_STATUSES.filter((status) => report.analysis_summary[status] > 0).map(
    (status) => [status, grouped(report.analysis_summary[status])] as const,
  );
  const width = Math.max(0, ...counts.map(([, count]) => count.length));
  const off = seen && acted ? notEnforced(seen, acted.live) : undefined;
  const barred = acted && barredText(acted.decision);
  return [
    paint('bold', title) + (report.dry_run ? paint('dim', '   dry run: nothing is written') : ''),
    '',
    `${grouped(total)} repositories, ${grouped(production)} in production, ${grouped(governed)} of them governed${share === null ? '' : ` (${share.toFixed(1)} %)`}`,
    ...counts.map(([status, count]) => `  ${count.padStart(width)}  ${status}`),
    ...[off, barred].flatMap((text) =>
      text === undefined ? [] : ['', paint('yellow', printable(`Warning: ${text}.`))],
    ),
    ...(report.exempted === 0 ? [] : [`${grouped(report.exempted)} exempted by the policy`]),
    ...(report.findings ?? []).flatMap(({ file, found, fix }) => [
      '',
      paint('yellow', printable(`Warning: ${file}: found ${found}; ${fix}.`)),
    ]),
    ...endedExemptions(outcome).map((line) => paint('yellow', line)),
    ...demotions(outcome).map((line) => paint('yellow', line)),
    ...(production > 0 ? [] : ['', paint('yellow', NOTHING)]),
    ...(seen?.complete !== false
      ? []
      : ['', paint('yellow', 'Warning: incomplete. What GitHub did not answer for stays as it is.')]),
  ];
}

/** Those that are the news of the day; each has its line in the plan as well. */
const MAX_DEMOTED = 10;

function demotions(outcome: PassOutcome): string[] {
  const demoted = demotionsOf(outcome);
  if (demoted.length === 0) return [];
  const shown = demoted.slice(0, MAX_DEMOTED).map(({ name, by }) => (by === '' ? name : `${name} (${by})`));
  const more = demoted.length - shown.length;
  const who = `${shown.join(', ')}${more > 0 ? ` and ${grouped(more)} more` : ''}`;
  return ['', printable(`Warning: no longer in production: ${who}.`)];
}

function planLines({ plan }: Report, paint: Paint): string[] {
  const { enter, leave, retain, hash, held } = plan;
  if (enter.length + leave.length + retain.length === 0) return ['', 'Plan: nothing to change.'];
  const longest = [...enter, ...leave, ...retain].reduce((most, { name }) => Math.max(most, printable(name).length), 0);
  const width = Math.min(MAX_NAME_WIDTH, longest);
  const list = (sign: string, style: Style, items: readonly PlanItem[]): string[] =>
    items.map(
      ({ name, reason }) =>
        `  ${paint(style, sign)} ${printable(name).padEnd(width)}  ${paint('dim', printable(reason))}`,
    );
  return [
    '',
    `Plan: ${grouped(enter.length)} to enter, ${grouped(leave.length)} to leave, ${grouped(retain.length)} retained`,
    // It covers who leaves and what is held: without either it is the same for every plan, and nobody approves it.
    ...(leave.length > 0 || held ? [paint('dim', `Hash: ${hash}`)] : []),
    ...list('+', 'green', enter),
    ...list(held ? '!' : '-', held ? 'yellow' : 'red', leave),
    ...list('=', 'yellow', retain),
  ];
}

/** Kept and missing ones by name: a person asked for the rollback, and looks for what is not as it was. */
function rollbackLines({ rollback, dry_run: isDry }: Report, paint: Paint): string[] {
  if (rollback === undefined) return [];
  const { to, applied, kept, missing } = rollback;
  const what = applied ? 'Rolled back' : isDry ? 'Would roll back' : 'The rollback goes on';
  const list = (items: readonly { name: string }[], why: string): string[] =>
    items.map(({ name }) => `  ${paint('yellow', '=')} ${printable(name)}  ${paint('dim', why)}`);
  return [
    '',
    printable(`${what} to record ${to.sequence} of ${to.chain} (${to.time}).`),
    ...list(kept, 'is not in the record, and stays'),
    ...list(missing, 'is in the record, and is not there any more'),
  ];
}

function verdict(report: Report, outcome: PassOutcome, paint: Paint): string[] {
  const { acted, made, request } = outcome;
  const hold = acted && stillHeld(acted);
  const { repositories_added: added, repositories_removed: removed } = report.changes_applied;
  const lines = hold === undefined ? [] : ['', paint('yellow', printable(`Held (${hold.reason}): ${hold.message}.`))];
  if (report.dry_run) return lines;
  if (request.policy.spec.mode === 'Observe')
    return [...lines, '', 'Observed: the policy is in mode Observe, nothing is written.'];
  const applied = paint('bold', `Applied and proved: ${grouped(added)} entered, ${grouped(removed)} left.`);
  if (made?.id !== undefined)
    return [...lines, '', printable(`Made the ruleset ${report.ruleset_name} (${made.id}).`), '', applied];
  if (acted?.written === true) return [...lines, '', applied];
  if (acted?.error !== undefined || hold !== undefined) return lines;
  return [...lines, '', 'Nothing was written: the ruleset is as it should be for now.'];
}
