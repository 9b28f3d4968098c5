/** Rows as CSV (RFC 4180). A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula: it gets an apostrophe. */
import { stringify } from 'csv-stringify/sync';
import { printable } from '../../text/index.js';

export type Cell = string | number | null;

/** One line for the names of the columns, then one for each row. What is null is empty. */
export function csv(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const shown = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? printable(cell) : cell)));
  return stringify([[...columns], ...shown], { escape_formulas: true, record_delimiter: 'windows' });
}

/** Of objects that all have these fields. */
export function csvOf<T>(columns: readonly (keyof T & string)[], items: readonly T[], cellOf = asCell<T>): string {
  return csv(
    columns,
    items.map((item) => columns.map((column) => cellOf(item, column))),
  );
}

/** Lists are told with semicolons. */
function asCell<T>(item: T, column: keyof T): Cell {
  const value: unknown = item[column];
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (Array.isArray(value)) return value.map(String).join('; ');
  return value === null || value === undefined ? null : JSON.stringify(value);
}
