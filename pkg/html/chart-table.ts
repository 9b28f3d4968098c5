/** The numbers of a chart as a table: one row a label, one column a series. */
import { tickText, type Chart } from './chart.js';
import { html, type Html } from './html.js';

/** `first`: the heading of the labels. */
export function chartTable({ title, labels, series }: Pick<Chart, 'title' | 'labels' | 'series'>, first: string): Html {
  return html`<table class="numbers"><caption>${title}</caption><thead><tr><th scope="col">${first}</th>${series.map(({ name }) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${labels.map(
    (label, index) =>
      html`<tr><th scope="row">${label}</th>${series.map(({ values }) => cell(values[index] ?? null))}</tr>`,
  )}</tbody></table>`;
}

const cell = (value: number | null): Html =>
  value === null ? html`<td class="unknown">not known</td>` : html`<td>${tickText(value)}</td>`;
