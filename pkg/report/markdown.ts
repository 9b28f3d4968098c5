/** The outcome as Markdown, for the summary of a job of GitHub Actions. */
import { FINDING_STATUSES, isToCorrect } from '../api/index.js';
import type { Plus1Error } from '../errors/index.js';
import type { PlanItem } from '../governance/index.js';
import { notEnforced, stillHeld, type PassOutcome } from '../reconciler/index.js';
import { grouped } from '../text/index.js';
import { paragraphs, table, text } from './markdown-text.js';
import { complianceReport, type Report, type ReportedRepository } from './report.js';

/** Rows of one table: a summary over a megabyte is not shown at all, and nobody reads more. */
const MAX_ROWS = 100;

/** The whole text, with a line end at its end. */
export function outcomeMarkdown(outcome: PassOutcome, error: Plus1Error | undefined): string {
  const report = complianceReport(outcome);
  if (report === undefined) return failureMarkdown(outcome.request.policy.spec, error);
  const { organization, ruleset_name: ruleset } = report;
  return paragraphs(
    title(organization, ruleset),
    ...remarks(report, outcome, error),
    counts(report),
    ...plan(report),
    ...corrections(report),
    statuses(report),
  );
}

/** A run that saw too little to report anything: what went wrong, and what to do. */
export function failureMarkdown(
  { organization, ruleset }: { organization: string; ruleset: { name: string } },
  error: Plus1Error | undefined,
): string {
  return paragraphs(title(organization, ruleset.name), ...failure(error));
}

const title = (organization: string, ruleset: string): string => `## plus1: ${text(organization)} / ${text(ruleset)}`;

const failure = (error: Plus1Error | undefined): string[] =>
  error === undefined ? [] : [`❌ **Failed: \`${error.code}\`**: ${text(error.message)}. To do: ${text(error.fix)}.`];

function remarks(report: Report, { seen, acted, request }: PassOutcome, error: Plus1Error | undefined): string[] {
  const hold = acted && stillHeld(acted);
  const off = seen && acted ? notEnforced(seen, acted.live) : undefined;
  const { mode } = request.policy.spec;
  return [
    ...failure(error),
    ...(report.dry_run ? ['Dry run: nothing was written.'] : []),
    ...(!report.dry_run && mode === 'Observe' ? ['The policy only observes: nothing was written.'] : []),
    ...(hold === undefined ? [] : [`⏸️ **Held (${text(hold.reason)})**: ${text(hold.message)}.`]),
    ...(off === undefined ? [] : [`⚠️ **Nothing is protected**: ${text(off)}.`]),
    ...exemptions(report),
    ...(report.complete ? [] : ['⚠️ Not everything could be seen: what is not known stays as it is.']),
    ...(report.compliance_status.production_repositories > 0
      ? []
      : ['⚠️ Nothing is in production. If that is wrong, look at the paths, the lifecycles and the filter.']),
  ];
}

function exemptions({ findings = [], exempted }: Report): string[] {
  return [
    ...findings.map(({ file, found, fix }) => `⚠️ ${text(file)}: ${text(found)}; ${text(fix)}.`),
    ...(exempted === 0 ? [] : [`Exempted by the policy: ${grouped(exempted)}.`]),
  ];
}

function counts({ compliance_status: of, changes_applied: changes, plan: planned, dry_run: isDry }: Report): string {
  const share = of.compliance_percentage === null ? '' : ` (${of.compliance_percentage.toFixed(1)} %)`;
  const [entered, left] = isDry
    ? [planned.enter.length, planned.leave.length]
    : [changes.repositories_added, changes.repositories_removed];
  return table(
    [
      'Repositories',
      'In production',
      'Governed',
      isDry ? 'To enter' : 'Entered',
      isDry ? 'To leave' : 'Left',
      'Retained',
    ],
    [
      [
        grouped(of.total_repositories),
        grouped(of.production_repositories),
        `${grouped(of.governed_repositories)}${share}`,
        ...[entered, left, planned.retain.length].map(grouped),
      ],
    ],
  );
}

function plan({ plan: { enter, leave, retain, hash, held } }: Report): string[] {
  const sorts: readonly (readonly [string, readonly PlanItem[]])[] = [
    // Who loses protection comes first: a long list is cut.
    [held ? 'held' : 'leaves', leave],
    ['enters', enter],
    ['retained', retain],
  ];
  const items = sorts.flatMap(([what, list]) => list.map((item) => ({ what, item })));
  if (items.length === 0) return ['### Plan', 'Nothing to change.'];
  const rows = items.map(({ what, item: { name, status, reason } }) => [
    text(name),
    what,
    `\`${status}\``,
    text(reason),
  ]);
  return ['### Plan', ...long(['Repository', '', 'Status', 'Why'], rows), `Plan \`${hash}\``];
}

function corrections({ repositories }: Report): string[] {
  const found = repositories.filter(({ status }) => isToCorrect(status));
  if (found.length === 0) return [];
  const rows = found.map((each) => [text(each.name), `\`${each.status}\``, place(each), why(each)]);
  return ['### Files to correct', ...long(['Repository', 'Status', 'Where', 'What'], rows)];
}

const place = ({ reasons: [first] }: ReportedRepository): string =>
  first === undefined ? '' : text(`${first.file}:${first.line}`);

const why = ({ reasons: [first] }: ReportedRepository): string =>
  first === undefined ? '' : text(`found ${first.found}; ${first.fix}`);

function statuses({ analysis_summary: summary }: Report): string {
  const rows = FINDING_STATUSES.filter((status) => summary[status] > 0).map((status) => [
    `\`${status}\``,
    grouped(summary[status]),
  ]);
  const body = rows.length === 0 ? 'No repositories.' : table(['Status', 'Repositories'], rows);
  return `<details><summary>Repositories by status</summary>\n\n${body}\n\n</details>`;
}

/** A table, and how many rows are left out of it. */
function long(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const more = rows.length - MAX_ROWS;
  return [
    table(head, rows.slice(0, MAX_ROWS)),
    ...(more > 0 ? [`… and ${grouped(more)} more, which the report holds.`] : []),
  ];
}
