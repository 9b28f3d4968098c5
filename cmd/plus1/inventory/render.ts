/** The answer as text for people, JSON for programs, or CSV for tables. */
import { printable, printableJSON } from '../../../pkg/text/index.js';
import type { References } from '../../../pkg/workflows/index.js';
import { csvRows } from '../csv.js';
import type { InventoryOptions } from './options.js';

export interface Ran {
  repository: string;
  run: number;
  /** RFC 3339. */
  time: string;
  sha: string;
}

export interface Inventory extends References {
  action: string;
  ref: string | null;
  /** Null where it was not asked for. */
  ran: Ran[] | null;
}

export function render(inventory: Inventory, format: InventoryOptions['format']): string {
  const { action, ref, refers, ran, unknown } = inventory;
  if (format === 'json') return printableJSON({ action, ref, refers, ran, unknown });
  return format === 'csv' ? csv(inventory) : text(inventory);
}

function text({ action, ref, refers, ran, unknown }: Inventory): string {
  const name = printable(ref === null ? action : `${action}@${ref}`);
  const repositories = new Set(refers.map(({ repository }) => repository));
  const lines = [
    ...refers.map(
      ({ repository, file, line, job, ref: of, via }) =>
        `${repository}/${file}:${line}: job ${job}: @${of}${via === 'direct' ? '' : `, by a ${WAYS[via]}`}`,
    ),
    ...(ran ?? []).map(({ repository, run, time, sha }) => `${repository}: run ${run} of ${time}, commit ${sha}`),
    ...unknown.map(({ repository, file, why }) => `${repository}/${file}: not known, ${why}`),
    `${refers.length} references to ${name} in ${repositories.size} repositories, ${unknown.length} not known${ranText(ran)}`,
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

const WAYS = { reusable: 'called workflow', composite: 'composite action' } as const;

const ranText = (ran: Inventory['ran']): string => (ran === null ? '' : `, ${ran.length} runs in the window`);

function csv({ refers, ran, unknown }: Inventory): string {
  const rows: (string | number)[][] = [
    ['kind', 'repository', 'file', 'line', 'job', 'ref', 'via', 'run', 'time', 'sha', 'why'],
    ...refers.map(({ repository, file, line, job, ref, via }) => [
      ...['refers', repository, file, line, job, ref, via],
      ...['', '', '', ''],
    ]),
    ...(ran ?? []).map(({ repository, run, time, sha }) => ['ran', repository, '', '', '', '', '', run, time, sha, '']),
    ...unknown.map(({ repository, file, why }) => ['unknown', repository, file, '', '', '', '', '', '', '', why]),
  ];
  return csvRows(rows);
}
