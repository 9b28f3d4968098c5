/** The weekly report as a page. */
import { chartTable, html, lineChart, sparkline, stackedBars, type Chart, type Html } from '../../html/index.js';
import { grouped } from '../../text/index.js';
import type { History } from '../history/history.js';
import { isByName, weeklyReport, type Trend, type Value, type WeeklyReport } from '../period/weekly.js';
import { count, dataTable, gapNotice, lasting, reportPage, tiles, unknown, type Tile } from './parts.js';
import { populationTable } from './population-table.js';

export function weeklyHTML(history: History, before: History | undefined): string {
  const report = weeklyReport(history, before);
  const { organization, ruleset_name: ruleset, period } = report;
  return reportPage({
    title: `${organization} / ${ruleset}: week ${period.week}`,
    subtitle: html`Weekly trend analysis, ${period.since.slice(0, 10)} to before ${period.until.slice(0, 10)}, in UTC.`,
    body: [
      gapNotice(history),
      tiles(weekTiles(report)),
      html`<h2>Repository growth</h2>`,
      figure(lineChart, chartOf('growth', 'Repositories in production', report.repository_growth)),
      html`<h2>Compliance drift</h2>`,
      html`<p>Repositories that entered and left the ruleset by Plus1, those that others changed, and the exposure of all repositories together.</p>`,
      numbers(chartOf('drift', 'By day', report.compliance_drift)),
      html`<h2>Schema compliance</h2>`,
      figure(stackedBars, chartOf('schema', 'Repositories by status', report.schema_compliance)),
      html`<h2>Error patterns</h2>`,
      codesTable(report.error_patterns),
      html`<h2>Performance and capacity</h2>`,
      operationTable(report),
      html`<h2>Population</h2>`,
      populationTable(report.population),
    ],
    footer: 'Made from the journal alone.',
  });
}

function weekTiles({ repository_growth: growth, success_rate: success, performance, exempted }: WeeklyReport): Tile[] {
  const { last, change } = growth.summary;
  const { slower_percent: slower } = performance;
  return [
    { name: 'In production', value: number(last), note: html`${signed(change)} in the week` },
    {
      name: 'Passes that ended as they should',
      value: success.percentage === null ? unknown : `${success.percentage} %`,
      note: `${grouped(success.succeeded)} of ${grouped(success.total)}; objective ${success.objective} %`,
      tone: success.percentage !== null && success.percentage < success.objective ? 'bad' : undefined,
    },
    {
      name: 'Mean pass',
      value: performance.pass_seconds.mean === null ? unknown : lasting(performance.pass_seconds.mean),
      note: slower === null ? 'no week to compare with' : `${slower > 0 ? '+' : ''}${slower} % against the week before`,
      tone: slower !== null && slower > 20 ? 'bad' : undefined,
    },
    { name: 'Exempted', value: grouped(exempted), note: 'by the policy' },
  ];
}

const number = (value: Value | null): Html | string => (typeof value === 'number' ? grouped(value) : unknown);
const signed = (value: Value | null): Html | string =>
  typeof value === 'number' ? `${value > 0 ? '+' : ''}${value}` : unknown;

/** One line for each name of the values. */
function chartOf(id: string, title: string, { series, summary }: Trend): Chart {
  // Names that are zero on all days say nothing.
  const isThere = ([, value]: [string, number]): boolean => value !== 0 || id === 'drift';
  const named = series.flatMap(({ value }) => (isByName(value) ? Object.entries(value).filter(isThere) : []));
  const names = [...new Set(named.map(([name]) => name))];
  const valuesOf = (name: string): (number | null)[] =>
    series.map(({ value }) => (isByName(value) ? (value[name] ?? 0) : value));
  return {
    ...{ id, title, labels: series.map(({ date }) => date) },
    description: described(summary),
    series:
      names.length === 0
        ? [{ name: title, values: valuesOf('') }]
        : names.map((name) => ({ name, values: valuesOf(name) })),
  };
}

function described({ first, last }: Trend['summary']): string {
  if (typeof first === 'number' && typeof last === 'number') return `From ${grouped(first)} to ${grouped(last)}.`;
  return 'One bar a day; the table below has the numbers.';
}

const figure = (draw: (chart: Chart) => Html, chart: Chart): Html =>
  html`<figure><figcaption>${chart.title}</figcaption>${draw(chart)}</figure>${numbers(chart)}`;

const numbers = (chart: Chart): Html =>
  html`<div class="scroll" tabindex="0" role="group" aria-label="${chart.title}: the numbers">${chartTable(chart, 'Day')}</div>`;

function codesTable({ series, summary: { last, change, previous_week: before } }: Trend): Html {
  const names = [...new Set([last, before].flatMap((value) => (isByName(value) ? Object.keys(value) : [])))].sort();
  const of = (value: Value | null, name: string): number | null => (isByName(value) ? (value[name] ?? 0) : null);
  return dataTable({
    caption: 'Codes of findings (repositories) and of errors (passes), as of the last day',
    head: ['Code', 'Last day', 'Change in the week', 'End of the week before', 'By day'],
    rows: names.map((name) => {
      const values = series.map(({ value }) => of(value, name));
      return [
        html`<code>${name}</code>`,
        ...[count(of(last, name)), signed(of(change, name)), count(of(before, name))],
        sparkline(`${name} by day: ${values.map((value) => value ?? 'not known').join(', ')}`, values),
      ];
    }),
    numbers: [1, 2, 3],
    none: 'None.',
  });
}

function operationTable({ performance, capacity }: WeeklyReport): Html {
  const { pass_seconds: seconds, requests } = performance;
  const time = (value: number | null): Html | string => (value === null ? unknown : lasting(value));
  const percent = (value: number): string => `${Number((value * 100).toFixed(2))} %`;
  const { in_a_year: year } = capacity;
  return dataTable({
    caption: 'This week, and the week before or a year ahead with a fifth more repositories',
    head: ['Figure', 'This week', 'Week before', 'In a year'],
    rows: [
      ['Mean pass', time(seconds.mean), time(seconds.previous_week), ''],
      ['Longest pass', time(seconds.max), '', ''],
      ['Requests to GitHub', grouped(requests.total), grouped(requests.previous_week), ''],
      ['Share of 5,000 requests an hour', percent(capacity.budget_share), '', percent(year.budget_share)],
      ['Bytes of records', grouped(capacity.state_bytes), '', `${grouped(year.state_bytes)} more`],
    ],
    numbers: [1, 2, 3],
    none: '',
  });
}
