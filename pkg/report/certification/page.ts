/** The certification as a page: result first, then exceptions, changes, what is not known, and how it was made. */
import { chartTable, html, lineChart, type Chart, type Html } from '../../html/index.js';
import { grouped } from '../../text/index.js';
import type { Certification } from './certification.js';
import type { Control } from './frameworks.js';
import type { History } from '../history/history.js';
import {
  at,
  dataTable,
  facts,
  gapNotice,
  lasting,
  repositories,
  reportPage,
  share,
  tiles,
  unknown,
  type Tile,
} from '../render/parts.js';
import { populationTable } from '../render/population-table.js';
import { changesTable, exposureTable, holdsTable, passesTable } from '../render/tables.js';

export function certificationHTML(certification: Certification, history: History): string {
  const { statement, controls, population } = certification;
  return reportPage({
    title: `${statement.organization} / ${statement.ruleset_name}: ${statement.month}`,
    subtitle: 'Monthly compliance certification: a statement of the management, with its evidence. All times are UTC.',
    body: [
      gapNotice(history.gaps),
      damageNotice(certification),
      tiles(monthTiles(certification)),
      html`<h2>Statement</h2>`,
      statementPart(certification),
      html`<h2>Governance coverage</h2>`,
      coveragePart(certification),
      html`<h3>Repositories in production that were not governed</h3>`,
      exposureTable(history),
      html`<h2>Process effectiveness</h2>`,
      effectivenessPart(certification),
      html`<h3>Held plans</h3>`,
      holdsTable(certification.process_effectiveness.holds),
      html`<h3>Changes</h3>`,
      changesTable(history.changes),
      html`<h2>Risk assessment</h2>`,
      riskPart(certification),
      html`<h2>Remediation status</h2>`,
      remediationPart(certification),
      html`<h2>Controls</h2>`,
      controlsPart(controls),
      html`<h2>Population and method</h2>`,
      populationTable(population),
    ],
    footer: html`Made from the records in <code>journal/</code> alone. With <code>VERIFY.md</code> anybody can check without Plus1 that files and records are unchanged; that the figures follow from the records is checked with Plus1, which makes this folder again from them.`,
  });
}

function damageNotice({ risk_assessment: { journal } }: Certification): Html | undefined {
  if (journal.whole) return undefined;
  return html`<section class="notice bad"><h2>The journal is not whole</h2><p>What follows rests on records that were changed or are missing.</p><ul>${journal.faults.map(
    ({ chain, code, message }) => html`<li><code>${chain}</code>: ${code}: ${message}</li>`,
  )}</ul></section>`;
}

function monthTiles({
  governance_coverage: { days, exposure },
  process_effectiveness: { writes, drift },
}: Certification): Tile[] {
  const known = days.filter(({ production }) => production !== null);
  const last = known.at(-1);
  const [production, governed] = [last?.production ?? 0, last?.governed ?? 0];
  return [
    last === undefined
      ? { name: 'Governed at the end', value: unknown, tone: 'open' }
      : {
          ...{
            name: 'Governed at the end',
            value: production === 0 ? '–' : `${((governed / production) * 100).toFixed(1)} %`,
          },
          note: `${share(governed, production, null)}, on ${last.date}`,
          tone: governed < production ? 'bad' : undefined,
        },
    {
      ...{ name: 'Exposure', value: lasting(exposure.total_seconds) },
      note: `${repositories(exposure.repositories)}, longest ${lasting(exposure.longest_seconds)}`,
      tone: exposure.total_seconds > 0 ? 'bad' : undefined,
    },
    {
      ...{ name: 'Days with a complete pass', value: `${known.length} of ${days.length}` },
      tone: known.length < days.length ? 'open' : undefined,
    },
    {
      name: 'Writes proved',
      value: grouped(writes.proved),
      note: `${writes.unproved} not proved, ${writes.refused} refused`,
    },
    { name: 'Changes by others', value: grouped(drift.seen), note: `${drift.repaired} set right` },
  ];
}

const statementPart = ({ statement }: Certification): Html =>
  html`<p>${statement.text}</p><table class="sign"><tbody>${['Name', 'Title', 'Date', 'Signature'].map(
    (each) => html`<tr><th scope="row">${each}</th><td><span aria-hidden="true"> </span></td></tr>`,
  )}</tbody></table>`;

function coveragePart({ governance_coverage: { days, below_full: below } }: Certification): Html {
  const values = (key: 'production' | 'governed'): (number | null)[] => days.map((day) => day[key]);
  const known = days.flatMap(({ production, governed }) => [production, governed].filter((value) => value !== null));
  const chart: Chart = {
    ...{ id: 'coverage', title: 'In production and governed, as of the last complete pass of each day' },
    description: described(days),
    labels: days.map(({ date }) => date.slice(5)),
    // From near the values: what differs by one of thousands is the point.
    from: Math.max(0, Math.min(...known, Infinity) - 5) || 0,
    series: [
      { name: 'in production', values: values('production') },
      { name: 'governed', values: values('governed') },
    ],
  };
  const more = { name: 'exempted', values: days.map(({ exempted }) => exempted) };
  const seconds = { name: 'exposure (s)', values: days.map(({ exposure_seconds: each }) => each) };
  const table = chartTable(
    { title: 'By day', labels: days.map(({ date }) => date), series: [...chart.series, more, seconds] },
    'Day',
  );
  return html`<figure><figcaption>${chart.title}</figcaption>${lineChart({ ...chart, from: Number.isFinite(chart.from) ? (chart.from ?? 0) : 0 })}</figure>
<div class="scroll" tabindex="0" role="group" aria-label="Coverage by day">${table}</div>
<h3>Times below full coverage</h3>${dataTable({
    caption: 'Whenever a repository in production was not governed',
    head: ['Since', 'Until', 'How many', 'Repositories'],
    rows: below.map(({ since, until, ungoverned, repositories: names }) => [
      ...[at(since), until === null ? 'goes on' : at(until), grouped(ungoverned)],
      `${names.join(', ')}${ungoverned > names.length ? ` and ${ungoverned - names.length} more` : ''}`,
    ]),
    numbers: [2],
    none: 'At no time that is known.',
  })}`;
}

function described(days: Certification['governance_coverage']['days']): string {
  const known = days.filter(({ production }) => production !== null);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return 'No day had a complete pass.';
  return `In production from ${first.production} to ${last.production}, governed from ${first.governed} to ${last.governed}.`;
}

function effectivenessPart({ process_effectiveness: { passes, writes, drift, approvals } }: Certification): Html {
  const { median, max } = drift.repair_seconds;
  return html`${passesTable(passes)}${facts('Writes, drift and approvals', [
    [
      'Writes',
      `${grouped(writes.proved)} proved, ${grouped(writes.unproved)} not proved, ${grouped(writes.refused)} refused by GitHub`,
    ],
    ['Changes by others', `${grouped(drift.seen)}, of which ${grouped(drift.repaired)} were set right`],
    ['Time to set right', median === null || max === null ? '–' : `median ${lasting(median)}, longest ${lasting(max)}`],
    [
      'Approvals',
      `${approvals.given} given (${approvals.emergency} emergency), ${approvals.used} used, ${approvals.rejected} rejected`,
    ],
  ])}`;
}

function riskPart({ risk_assessment: risk }: Certification): Html {
  const {
    exemptions,
    unobserved,
    ruleset_changes,
    bypass_actors,
    emergency_bypasses,
    security_events,
    reconciliation,
  } = risk;
  return html`${dataTable({
    caption: 'Exemptions in force',
    head: ['Repository', 'Effect', 'Owner', 'Reason', 'Since', 'Ends'],
    rows: exemptions.map((each) => [
      ...[each.repository, each.effect, each.owner ?? '', each.reason ?? ''],
      ...[
        each.since === null ? 'before the month' : at(each.since),
        each.until === null ? (each.expires_at ?? '') : `${at(each.until)}, ${each.ended ?? ''}`,
      ],
    ]),
    none: 'No exemption was in force.',
  })}${dataTable({
    caption: 'Changes of the ruleset by others',
    head: ['Time', 'What', 'Record'],
    rows: ruleset_changes.map(({ time, changed, chain, sequence }) => [
      at(time),
      changed.join(', '),
      html`<code>${chain}</code> ${sequence}`,
    ]),
    none: 'Rules, bypass actors, enforcement and branches of the ruleset stayed as they were.',
  })}${dataTable({
    caption: 'Emergency bypasses',
    head: ['Time', 'Approver', 'Reason', 'Plan'],
    rows: emergency_bypasses.map((each) => [
      at(each.time),
      each.approver,
      each.reason,
      html`<code>${each.plan_hash}</code>`,
    ]),
    none: 'There was no emergency bypass.',
  })}${dataTable({
    caption: 'Security events',
    head: ['Time', 'Event', 'Code', 'What happened'],
    rows: security_events.map((each) => [at(each.time), each.event, each.code ?? '', each.message]),
    none: 'There was no security event.',
  })}${facts('Further', [
    ['Bypass actors of the ruleset', bypass_actors === null ? unknown : grouped(bypass_actors.length)],
    [
      'Not readable at the end',
      unobserved.length === 0 ? 'none' : `${repositories(unobserved.length)}: ${unobserved.slice(0, 100).join(', ')}`,
    ],
    [
      'GitHub’s history of the ruleset',
      reconciliation === null
        ? 'not compared'
        : `${reconciliation.versions} versions since ${at(reconciliation.since)}; ${reconciliation.without_record.length} without a record, ${reconciliation.without_version.length} writes without a version`,
    ],
  ])}`;
}

function remediationPart({ remediation_status: status }: Certification): Html {
  const { open_by_age: age } = status;
  const list = (counts: Record<string, number>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${name}: ${count}`)
      .join(', ') || 'none';
  return facts('Findings that owners can correct', [
    ['Opened, closed', `${grouped(status.opened)} opened, ${grouped(status.closed)} closed in the month`],
    ['Open at the end', grouped(status.open)],
    [
      'By age',
      `under 7 days: ${age.under_7_days}, from 7: ${age.from_7_days}, from 30: ${age.from_30_days}, from 90: ${age.from_90_days}`,
    ],
    ['By status', list(status.open_by_status)],
    ['By owner', list(status.open_by_owner)],
  ]);
}

const controlsPart = (controls: readonly Control[]): Html =>
  html`<p>The evidence contributes to these controls. Whether one is met is for an assessor to judge.</p>${dataTable({
    caption: 'Controls by framework',
    head: ['Control', 'Framework', 'In the specification', 'In our words', 'Evidence that contributes to it'],
    rows: controls.map(({ id, framework, reported_as, title, evidence }) => [
      ...[id, framework, reported_as, title],
      evidence.map(({ what, file }, index) => html`${index > 0 && '; '}${what} (<code>${file}</code>)`),
    ]),
    none: 'None.',
  })}`;
