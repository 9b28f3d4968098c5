/** A sample as CSV: how it was drawn stands in each row, since CSV has no other place. */
import type { Sample } from '../period/sample.js';
import { csv } from './csv.js';

export function sampleCSV({ rows, seed, method, population_size: size }: Sample): string {
  const [first = {}] = rows;
  const names = Object.keys(first);
  const head = [...names, 'seed', 'population_size', 'method'];
  return csv(
    head,
    rows.map((row) => [...names.map((name) => row[name] ?? null), seed, size, method]),
  );
}
