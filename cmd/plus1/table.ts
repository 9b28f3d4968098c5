/** Columns as kubectl prints them: headings in capitals, three blanks between, no trailing blanks. */

import { printable } from '../../pkg/text/index.js';

/** One line a row, the headings first, with a line break at the end. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  // A cell can be anything: a state file is kept as its policy was written.
  const all = [headings, ...rows].map((row) => row.map(printable));
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('   ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** How long ago, as kubectl says it: `45s`, `12m`, `3h`, `9d`. */
export function ago(time: string | null | undefined, nowMs: number): string {
  const seconds = Math.floor((nowMs - Date.parse(time ?? '')) / 1_000);
  if (Number.isNaN(seconds)) return '';
  if (seconds < 120) return `${Math.max(0, seconds)}s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}
