/** The large numbers of a page. Each leads to what it counts. */
import { html, type Html, type HtmlValue } from '../../html/index.js';

export interface Figure {
  name: string;
  value: number | string;
  /** The list that it counts; absent where there is none. */
  to?: string;
  /** `good` or `bad`. */
  state?: 'good' | 'bad';
  note?: HtmlValue;
}

export const figures = (all: readonly Figure[]): Html => html`<ul class="figures">${all.map(figure)}</ul>`;

function figure({ name, value, to, state, note }: Figure): Html {
  const text = html`<span class="value${state !== undefined && ` ${state}`}">${value}</span>${name}`;
  return html`<li>${to === undefined ? text : html`<a href="${to}">${text}</a>`}${hasNote(note) && html`<br><span class="soft">${note}</span>`}</li>`;
}

const hasNote = (note: HtmlValue): boolean => note !== undefined && note !== false && note !== '';
