/** The report of an incident as Markdown and as HTML. Text of others stays text in both. Pure. */
import { html, type Html, type HtmlValue } from '../../html/index.js';
import { paragraphs, table, text } from '../markdown-text.js';
import { dataTable, facts, reportPage, tiles } from '../render/parts.js';
import { contentOf, type IncidentReport, type ReportContent } from './model.js';

export function incidentMarkdown(report: IncidentReport): string {
  const { title, subtitle, notice, open, tiles: figures, facts: known, tables } = contentOf(report);
  const cells = (row: readonly string[]): string[] => row.map((cell) => text(cell));
  const lists = tables.flatMap(({ title: heading, head, rows, none, more }) => [
    `## ${heading}`,
    rows.length === 0 ? none : table(head, rows.map(cells)),
    ...(more === undefined ? [] : [more]),
  ]);
  return paragraphs(
    `# ${text(title)}`,
    text(subtitle),
    ...(notice === undefined ? [] : [text(notice)]),
    ...(open.length === 0 ? ['Nothing is open.'] : ['## Open items', open.map((item) => `- ${text(item)}`).join('\n')]),
    '## Figures',
    table(['Figure', 'Value'], [...figures.map(({ name, value }) => [name, value]), ...known].map(cells)),
    ...lists,
  );
}

export function incidentHTML(report: IncidentReport): string {
  const content = contentOf(report);
  return reportPage({
    title: content.title,
    subtitle: content.subtitle,
    body: bodyOf(content),
    footer: html`Made by Plus1 from the status of the incident. Evidence: folder ${report.namespace}.${report.name} below .evidence in the state folder; its digest stands in the journal.`,
  });
}

const bodyOf = ({ notice, open, tiles: figures, facts: known, tables }: ReportContent): Html =>
  html`${notice !== undefined && html`<section class="notice"><p>${notice}</p></section>`}
${tiles(figures.map(({ name, value, tone }) => ({ name, value, tone })))}
${open.length > 0 && html`<section class="notice"><h2>Open items</h2><ul>${open.map((item) => html`<li>${item}</li>`)}</ul></section>`}
<h2>The incident</h2>${facts('As it was declared, and where its work is', known)}
${tables.map(
  ({ title, caption, head, rows, none, more }) =>
    html`<h2>${title}</h2>${dataTable({ caption, head, rows: rows.map((row) => row.map(toned)), none })}${more !== undefined && html`<p class="note">${more}</p>`}`,
)}`;

/** What is bad, and what is not known, stands out; its word says it too. */
function toned(cell: string): HtmlValue {
  if (cell === 'missed' || cell === 'Fail') return html`<span class="bad-word">${cell}</span>`;
  if (cell === 'not yet' || cell === 'Unknown') return html`<span class="unknown">${cell}</span>`;
  return /^(?!\d+$)[0-9a-f]{12,64}$/.test(cell) ? html`<code>${cell}</code>` : cell;
}
