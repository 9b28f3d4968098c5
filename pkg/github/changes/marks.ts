/** Where a look at GitHub's two lists of an organization's repositories ended: what the next look begins with. */

/** The lists, by what they are sorted by, the newest first. */
export const LIST_ORDERS = ['pushed', 'updated'] as const;

export type ListOrder = (typeof LIST_ORDERS)[number];

export interface ListMark {
  /** Of the first page, as it was then; absent where GitHub sent none, and while the newest of the list is not settled. */
  etag?: string;
  /** The newest time on the list, Unix ms; absent where the list was empty. */
  newestMs?: number;
}

export type ListMarks = Readonly<Record<ListOrder, ListMark>>;

/**
 * GitHub's copies lag: what was pushed shortly before a look may come to the list after it, below what is newer. So each look reads
 * down to this long before the newest that the look before it saw.
 */
const LAG_MS = 120_000;

/**
 * True where what the list shows is so old that all copies have it. Until then other copies may still answer with what was before, and a
 * look must not end at "nothing changed since": what this list shows is asked for again.
 */
export function isSettled(newestMs: number | undefined, nowMs: number): boolean {
  return newestMs === undefined || newestMs + LAG_MS <= nowMs;
}

/** What is as new as this, or newer, may have come to the list since. An empty list had nothing that is older. */
export function watermarkMs({ newestMs }: ListMark): number {
  return newestMs === undefined ? Number.NEGATIVE_INFINITY : newestMs - LAG_MS;
}
