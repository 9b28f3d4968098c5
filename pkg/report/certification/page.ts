/** The certification as a page: result first, then exceptions, changes, what is not known, and how it was made. */
import { html, type Html } from '../../html/index.js';
import { grouped, plural } from '../../text/index.js';
import { recordedExemption } from '../../journal/index.js';
import type { History } from '../history/history.js';
import { gapNotice, hours, lasting, reportPage, share, tiles, unknown, type Tile } from '../render/parts.js';
import { populationTable } from '../render/population-table.js';
import { exposureTable } from '../render/tables.js';
import type { Certification } from './certification.js';
import { glossary } from './glossary.js';
import { coveragePart, enforcedPart } from './page-coverage.js';
import { processPart } from './page-process.js';
import { controlsPart, remediationPart, riskPart } from './page-risks.js';

export function certificationHTML(certification: Certification, history: History): string {
  const { statement, controls, population, process_effectiveness: process } = certification;
  const lastLook =
    [...history.days.values()]
      .flatMap(({ lastComplete }) => lastComplete ?? [])
      .sort()
      .at(-1) ?? null;
  return reportPage({
    title: `${statement.organization} / ${statement.ruleset_name}: ${statement.month}`,
    subtitle: 'Monthly compliance certification: a statement of the management, with its evidence. All times are UTC.',
    body: [
      damageNotice(certification),
      tiles(monthTiles(certification, history)),
      gapNotice(history),
      html`<h2>Statement</h2>`,
      statementPart(certification),
      html`<h2>Governance coverage</h2>`,
      coveragePart(certification),
      html`<h3>Repositories in production that were not governed</h3>`,
      exposureTable(history),
      html`<h2>What is enforced</h2>`,
      enforcedPart(certification),
      html`<h2>Process effectiveness</h2>`,
      processPart(certification, history),
      html`<h2>Risk assessment</h2>`,
      riskPart(certification),
      html`<h2>Remediation status</h2>`,
      remediationPart(certification, isOlder(history)),
      html`<h2>Controls</h2>`,
      controlsPart(controls),
      html`<h2>Population and method</h2>`,
      populationTable(population, { lastLook, changes: process.policy_changes.length }),
      html`<h2>Words</h2>`,
      glossary(),
    ],
    footer: html`Made by Plus1 from the records in <code>journal/</code> alone, up to the last complete pass of the month. The page bears no date of its own, so that the same records make the same page at any time. With <code>VERIFY.md</code> anybody can check without Plus1 that files and records are unchanged; that the figures follow from the records is checked with Plus1, which makes this folder again from them.`,
  });
}

/** A finding that is older than the records that are enclosed. */
function isOlder({ findings, firstTime }: History): boolean {
  return findings.some(({ since }) => since < firstTime);
}

function damageNotice({ risk_assessment: { journal } }: Certification): Html | undefined {
  if (journal.whole) return undefined;
  return html`<section class="notice bad"><h2>The journal is not whole</h2><p>What follows rests on records that were changed or are missing.</p><ul>${journal.faults.map(
    ({ chain, code, message }) => html`<li><code>${chain}</code>: ${code}: ${message}</li>`,
  )}</ul></section>`;
}

function monthTiles(certification: Certification, history: History): Tile[] {
  const { governance_coverage: coverage, process_effectiveness: process } = certification;
  const { days, unknown_seconds: unknownSeconds } = coverage;
  const { writes, drift } = process;
  const known = days.filter(({ production }) => production !== null).length;
  const changes = history.changes.filter(({ outcome }) => outcome === 'proved');
  const changed = new Set(changes.map(({ id }) => id)).size;
  return [
    governedTile(certification, history),
    exposureTile(certification),
    {
      ...{ name: 'Known of the month', value: `${((1 - unknownSeconds / wholeOf(certification)) * 100).toFixed(1)} %` },
      note: `${unknownSeconds === 0 ? 'no gap' : `${hours(unknownSeconds)} not known`}; ${known} of ${days.length} days had a complete pass`,
      tone: unknownSeconds > 0 ? 'open' : undefined,
    },
    {
      ...{ name: 'Writes proved', value: grouped(writes.proved) },
      note: `${plural(changes.length, 'change', 'changes')} of ${plural(changed, 'repository', 'repositories')}; ${writes.unproved} not proved, ${writes.refused} refused`,
    },
    {
      ...{ name: 'Changes by others', value: grouped(drift.seen) },
      note: drift.seen === 0 ? 'none seen' : `${drift.repaired} set right once found`,
    },
  ];
}

const wholeOf = ({ statement: { period } }: Pick<Certification, 'statement'>): number =>
  (Date.parse(period.until) - Date.parse(period.since)) / 1_000;

function governedTile({ governance_coverage: { days } }: Certification, history: History): Tile {
  const last = days.findLast(({ production }) => production !== null);
  if (last === undefined) return { name: 'Governed at the end', value: unknown, tone: 'open' };
  const [production, governed] = [last.production ?? 0, last.governed ?? 0];
  const exempted = exemptedFromProduction(history);
  return {
    ...{
      name: 'Governed at the end',
      value: production === 0 ? '–' : `${((governed / production) * 100).toFixed(1)} %`,
    },
    note: html`${share(governed, production, null)} on <span class="t">${last.date}</span>${exempted === 0 ? '' : `; ${plural(exempted, 'more', 'more')} exempted: ${production + exempted} declare production`}`,
    tone: governed < production ? 'bad' : undefined,
  };
}

/** Repositories that declare production and that the policy releases. */
function exemptedFromProduction({ end }: History): number {
  let count = 0;
  for (const [id, { name, status }] of end.repositories)
    if (status === 'valid_production' && recordedExemption(end.exemptions, id, name)?.['effect'] === 'Release')
      count += 1;
  return count;
}

function exposureTile({ governance_coverage: coverage, risk_assessment: { exposures } }: Certification): Tile {
  const { exposure, unknown_seconds: unknownSeconds } = coverage;
  const { total_seconds: total, repositories } = exposure;
  const others = exposures.filter(({ seconds }) => seconds === 0).length;
  const found =
    others === 0
      ? ''
      : `; ${others} more ${others === 1 ? 'was' : 'were'} governed by the pass that found ${others === 1 ? 'it' : 'them'}`;
  return {
    ...{ name: 'Ungoverned, at least', value: lasting(total) },
    note: `${plural(repositories, 'repository', 'repositories')}${found}${unknownSeconds === 0 ? '' : `. ${hours(unknownSeconds)} of the month are not known, and not counted`}`,
    tone: total > 0 ? 'bad' : undefined,
  };
}

const statementPart = ({ statement }: Certification): Html =>
  html`<p>${statement.text}</p><table class="sign"><tbody>${['Name', 'Title', 'Date', 'Signature'].map(
    (each) => html`<tr><th scope="row">${each}</th><td><span aria-hidden="true"> </span></td></tr>`,
  )}</tbody></table>`;
