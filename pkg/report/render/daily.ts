/** The daily report as a page, as Markdown and as CSV. */
import { FINDING_STATUSES } from '../../api/index.js';
import { html, type Html } from '../../html/index.js';
import { grouped } from '../../text/index.js';
import type { History } from '../history/history.js';
import { paragraphs, table, text } from '../markdown-text.js';
import { dailyReport, type DailyReport } from '../period/daily.js';
import { repositoryRows, type RepositoryRow } from '../period/repositories.js';
import { changesTable, exposureTable, holdsTable, passesTable } from './tables.js';
import { csvBy } from './csv.js';
import {
  at,
  count,
  dataTable,
  gapNotice,
  gapText,
  plainTime,
  lasting,
  repositories,
  reportPage,
  share,
  tiles,
  unknown,
  type Tile,
} from './parts.js';
import { populationTable } from './population-table.js';

/** In their order. A field of a row that has no column does not compile. */
const COLUMNS: Readonly<Record<keyof RepositoryRow, (row: RepositoryRow) => string | number>> = {
  repository: ({ repository }) => repository,
  id: ({ id }) => id,
  status: ({ status }) => status,
  status_since: (row) => row.status_since,
  member: ({ member }) => member,
  governed: ({ governed }) => governed,
  ungoverned_since: (row) => row.ungoverned_since,
};

/** One row a repository, as of the end of the period. */
export const repositoriesCSV = (history: History): string => csvBy(COLUMNS, repositoryRows(history));

const titleOf = ({ organization, ruleset_name: ruleset }: DailyReport, date: string): string =>
  `${organization} / ${ruleset}: ${date}`;

export function dailyHTML(history: History): string {
  const report = dailyReport(history);
  const { period } = history;
  return reportPage({
    title: titleOf(report, period.name),
    subtitle: html`Daily compliance report. All times are UTC. As of ${at(report.timestamp)}.`,
    body: [
      gapNotice(history),
      tiles(dayTiles(report)),
      html`<h2>Ungoverned repositories in production</h2>`,
      exposureTable(history),
      html`<h2>Changes of the ruleset</h2>`,
      changesTable(history),
      html`<h2>Plans that a guard held</h2>`,
      holdsTable(history.holds),
      html`<h2>Repositories by status</h2>`,
      statusTable(report),
      html`<h2>Passes</h2>`,
      passesTable(report.passes),
      html`<h2>Population</h2>`,
      populationTable(report.population),
      html`<h2>Repositories in production</h2>`,
      productionTable(repositoryRows(history)),
    ],
    footer: 'Made from the journal alone. The CSV of this report has one row for every repository.',
  });
}

function dayTiles({ compliance_status: of, exempted, changes_applied: changes, exposure }: DailyReport): Tile[] {
  const governed: Tile =
    of === null
      ? { name: 'Governed', value: unknown, note: 'no complete pass', tone: 'open' }
      : {
          ...{
            name: 'Governed',
            value: of.compliance_percentage === null ? '–' : `${of.compliance_percentage.toFixed(1)} %`,
          },
          note: share(of.governed_repositories, of.production_repositories, null),
          tone: of.ungoverned_repositories > 0 ? 'bad' : undefined,
        };
  return [
    governed,
    {
      name: 'In production',
      value: count(of?.production_repositories),
      note: html`of ${count(of?.total_repositories)} repositories`,
    },
    {
      ...{ name: 'Exposure', value: lasting(exposure.total_seconds) },
      note: `${repositories(exposure.repositories)}, longest ${lasting(exposure.longest_seconds)}`,
      tone: exposure.total_seconds > 0 ? 'bad' : undefined,
    },
    {
      name: 'Entered, left',
      value: `${changes.repositories_added}, ${changes.repositories_removed}`,
      note: 'written and proved',
    },
    { name: 'Exempted', value: grouped(exempted), note: 'by the policy' },
  ];
}

function statusTable({ analysis_summary: summary }: DailyReport): Html {
  if (summary === null) return html`<p>${unknown}: the day had no complete pass.</p>`;
  return dataTable({
    caption: 'As of the last complete pass of the day',
    head: ['Status', 'Repositories'],
    rows: FINDING_STATUSES.map((status) => [html`<code>${status}</code>`, grouped(summary[status])]),
    numbers: [1],
    none: '',
  });
}

function productionTable(rows: readonly RepositoryRow[]): Html {
  const production = rows.filter(({ status, governed }) => status === 'valid_production' || governed === 'no');
  return dataTable({
    caption: `${repositories(production.length)}, as the records of the day leave them`,
    head: ['Repository', 'Id', 'Governed', 'Status since'],
    rows: production.map(({ repository, id, governed, status_since }) => [
      ...[repository, id, governed === 'no' ? html`<span class="bad-word">no</span>` : governed, at(status_since)],
    ]),
    none: 'None.',
  });
}

export function dailyMarkdown(history: History): string {
  const report = dailyReport(history);
  const { compliance_status: of, changes_applied: changes, exposure, analysis_summary: summary, held } = report;
  const parts = [
    `## ${text(titleOf(report, history.period.name))}`,
    ...history.gaps.map((gap) => `⚠️ Not known: ${text(gapText(gap))}.`),
    of === null
      ? '⚠️ The day had no complete pass: how many repositories were governed is not known.'
      : table(
          ['Repositories', 'In production', 'Governed', 'Ungoverned', 'Exempted', 'Entered', 'Left'],
          [
            [
              ...[of.total_repositories, of.production_repositories].map(grouped),
              share(of.governed_repositories, of.production_repositories, of.compliance_percentage),
              ...[
                of.ungoverned_repositories,
                report.exempted,
                changes.repositories_added,
                changes.repositories_removed,
              ].map(grouped),
            ],
          ],
        ),
    exposure.repositories === 0
      ? 'No repository in production was seen ungoverned.'
      : `Exposure: ${repositories(exposure.repositories)}, ${lasting(exposure.total_seconds)} in all, the longest ${lasting(exposure.longest_seconds)}.`,
    ...held.map(
      ({ reason, count: held, ended, since }) =>
        `⏸️ Held since ${plainTime(since)}: ${text(reason)}, ${repositories(held)} (${ended}).`,
    ),
    ...(summary === null
      ? []
      : [
          table(
            ['Status', 'Repositories'],
            FINDING_STATUSES.filter((status) => summary[status] > 0).map((status) => [
              `\`${status}\``,
              grouped(summary[status]),
            ]),
          ),
        ]),
  ];
  return paragraphs(...parts);
}
