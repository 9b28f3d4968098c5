/** A small line without axes, for a cell of a table: how it went, beside the numbers that say it. */
import { at, colorOf } from './chart.js';
import { html, type Html } from './html.js';

const WIDTH = 120;
const HEIGHT = 24;
const MARGIN = 3;

/** `label`: what it shows, for those who cannot see it. Null where a value is not known: the line is broken there. */
export function sparkline(label: string, values: readonly (number | null)[]): Html {
  const known = values.filter((value) => value !== null);
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  const step = (WIDTH - 2 * MARGIN) / Math.max(1, values.length - 1);
  const place = (value: number, column: number): string =>
    `${at(MARGIN + step * column)} ${at(HEIGHT - MARGIN - ((value - low) / span) * (HEIGHT - 2 * MARGIN))}`;
  const path = values.map((value, column) => {
    if (value === null) return '';
    const before = values[column - 1] ?? null;
    // A round end makes a dot of a line that goes nowhere.
    return before === null ? `M${place(value, column)}h0` : `L${place(value, column)}`;
  });
  return html`<svg class="sparkline" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${label}"><path d="${path.join('')}" fill="none" stroke="${colorOf(0)}" stroke-width="1.5" stroke-linejoin="round" stroke-linecap="round"/></svg>`;
}
