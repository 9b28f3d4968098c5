/** Rows as CSV (RFC 4180). A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula: it gets an apostrophe. */
import { stringify } from 'csv-stringify/sync';
import { printable } from '../../text/index.js';

export type Cell = string | number | null;

/** One line for the names of the columns, then one for each row. What is null is empty. */
export function csv(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const shown = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? printable(cell) : cell)));
  return stringify([[...columns], ...shown], { escape_formulas: true, record_delimiter: 'windows' });
}

/** What each column says of a row, in the order of the columns: a name and its cell cannot get out of step. */
export type Columns<T> = Readonly<Record<string, (row: T) => Cell>>;

/** Of rows whose columns are made one by one. */
export function csvBy<T>(columns: Columns<T>, rows: readonly T[]): string {
  return csv(
    Object.keys(columns),
    rows.map((row) => Object.values(columns).map((cellOf) => cellOf(row))),
  );
}
