/**
 * Pages of a sorted list. A cursor holds the sort key and the id of its row, as GitHub's do, so that a page goes on from
 * the same place after rows were added or removed, and a row whose key changed moves between pages.
 */
import type { Repository } from '../world/repository.js';
import { comparePositions, sortKey } from '../world/listing.js';
import type { SortField } from '../world/listing.js';
import type { Context } from './context.js';
import { typed } from './context.js';

export interface PageArguments {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
}

type Position = readonly [number | string, number];

const encode = (position: Position): string => Buffer.from(`cursor:v2:${JSON.stringify(position)}`).toString('base64');

function decode(cursor: string): Position {
  const text = Buffer.from(cursor, 'base64').toString();
  if (text.startsWith('cursor:v2:[')) {
    try {
      return JSON.parse(text.slice('cursor:v2:'.length)) as Position;
    } catch {
      // Falls through to the refusal below.
    }
  }
  throw typed('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`);
}

/** Index of the first row after the position (or at it, with `inclusive`). */
function seek(
  rows: readonly Repository[],
  position: Position,
  field: SortField,
  options: { descending: boolean; inclusive: boolean },
): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle] as Repository;
    const order = comparePositions([sortKey(row, field), row.id], position) * (options.descending ? -1 : 1);
    if (order < 0 || (order === 0 && !options.inclusive)) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface RepositoryPage {
  totalCount: number;
  items: readonly Repository[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  cursorOf: (repository: Repository) => string;
}

export function repositoryPage(
  rows: readonly Repository[],
  args: PageArguments,
  order: { field: SortField; descending: boolean },
): RepositoryPage {
  const { field, descending } = order;
  const start = args.after ? seek(rows, decode(args.after), field, { descending, inclusive: false }) : 0;
  const end = args.before ? seek(rows, decode(args.before), field, { descending, inclusive: true }) : rows.length;
  const from = typeof args.first === 'number' ? start : Math.max(start, end - (args.last ?? 0));
  const to = typeof args.first === 'number' ? Math.min(end, start + args.first) : end;
  const items = rows.slice(from, to);
  const cursorOf = (repository: Repository): string => encode([sortKey(repository, field), repository.id]);
  const [head, tail] = [items[0], items.at(-1)];
  return {
    totalCount: rows.length,
    items,
    pageInfo: {
      hasNextPage: to < rows.length,
      hasPreviousPage: from > 0,
      startCursor: head ? cursorOf(head) : null,
      endCursor: tail ? cursorOf(tail) : null,
    },
    cursorOf,
  };
}

/** Short lists (rulesets, topics) page by position. */
export function simplePage<T>(all: readonly T[], args: PageArguments, _context: Context): Record<string, unknown> {
  const at = (cursor: string): number => Number(decode(cursor)[0]);
  const start = args.after ? at(args.after) + 1 : 0;
  const size = args.first ?? args.last ?? 0;
  const nodes = all.slice(start, start + size);
  const cursor = (index: number): string => encode([start + index, 0]);
  return {
    totalCount: all.length,
    nodes,
    edges: nodes.map((node, index) => ({ node, cursor: cursor(index) })),
    pageInfo: {
      hasNextPage: start + size < all.length,
      hasPreviousPage: start > 0,
      startCursor: nodes.length > 0 ? cursor(0) : null,
      endCursor: nodes.length > 0 ? cursor(nodes.length - 1) : null,
    },
  };
}
