/** Rows as CSV (RFC 4180), for tables of a few columns. */
import { printable } from '../../pkg/text/index.js';

/** A table program takes what begins with one of these for a formula. */
const FORMULA = /^[=+\-@\t]/;

export const csvRows = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');

function cell(value: string | number): string {
  const shown = printable(String(value));
  const safe = FORMULA.test(shown) ? `'${shown}` : shown;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
