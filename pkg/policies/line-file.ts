/**
 * How a cache lies on the disk: JSON where it is small. Where a list of it is long, the first line is all but that list, and each line
 * after it some items: written and read a line at a time, so that it is never whole in memory as text. Pure.
 */
import { isMapping, LazyList } from '../base/index.js';
import { parseJSON } from '../text/index.js';

/** Longer lists have lines of their own. */
const LONG = 1_000;
/** Items of a line: some 150 kB of verdicts. */
const ITEMS = 500;
/** Far more than such a line has; of a cache that somebody edited nothing is believed. */
export const MAX_LINE_BYTES = 67_108_864;

/** What the first line says of the lists behind it. */
const LISTS = 'listsInLines';

/** Its parts, made one at a time, and how many bytes they are about to have: by what the first items of each list take. */
export function linesOf(value: object): { parts: string | Iterable<string>; bytes: number } {
  const lists = Object.entries(value).filter((entry): entry is [string, Items] => isLong(entry[1]));
  const head = JSON.stringify(
    lists.length === 0
      ? value
      : { ...value, ...Object.fromEntries(lists.map(([name]) => [name, []])), [LISTS]: lengths(lists) },
  );
  const sizes = lists.map(([, items]) =>
    Math.ceil((lengthOf(items.slice(0, ITEMS)) * items.length) / Math.min(ITEMS, items.length)),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, Buffer.byteLength(head));
  return { bytes, parts: lists.length === 0 ? head : partsOf(head, lists) };
}

/** The first line of a file that has one list alone in lines, of that many items; where there are none, all of it. */
export const headOf = (head: object, list: string, length: number): string =>
  JSON.stringify({ ...head, [list]: [], ...(length > 0 && { [LISTS]: [[list, length]] }) });

function* partsOf(head: string, lists: readonly [string, Items][]): Generator<string> {
  yield head;
  for (const [, items] of lists)
    for (let start = 0; start < items.length; start += ITEMS)
      yield `\n${JSON.stringify(items.slice(start, start + ITEMS))}`;
}

type Items = unknown[] | LazyList<unknown, unknown>;

const isLong = (value: unknown): boolean => (Array.isArray(value) || value instanceof LazyList) && value.length > LONG;
const lengthOf = (items: readonly unknown[]): number => Buffer.byteLength(JSON.stringify(items));
const lengths = (lists: readonly [string, Items][]): [string, number][] =>
  lists.map(([name, items]) => [name, items.length]);

/** Of one list those items alone that are wanted: the others need no room in memory. */
export interface Only {
  list: string;
  isWanted: (item: unknown) => boolean;
}

/** Puts the value together again, a line at a time. */
export class LineReader {
  readonly #only: Only | undefined;
  #value: unknown;
  #lists: [string, number][] = [];
  #items: unknown[] = [];
  /** Items of the list that were read, also of those that nobody wants. */
  #read = 0;
  #isBegun = false;

  constructor(only?: Only) {
    this.#only = only;
  }

  /** Throws SyntaxError for a line that is not one of ours. */
  take(line: Uint8Array): void {
    const parsed = parseJSON(line);
    if (!this.#isBegun) {
      this.#isBegun = true;
      this.#value = parsed;
      if (isMapping(parsed) && Array.isArray(parsed[LISTS])) this.#lists = parsed[LISTS] as [string, number][];
      if (isMapping(parsed)) {
        delete parsed[LISTS];
        for (const [name, value] of Object.entries(parsed))
          if (Array.isArray(value)) parsed[name] = this.#wantedOf(name, value);
      }
      return;
    }
    const [list] = this.#lists;
    if (list === undefined || !Array.isArray(parsed) || !isMapping(this.#value))
      throw new SyntaxError('a line too many');
    const [name, length] = list;
    for (const item of this.#wantedOf(name, parsed)) this.#items.push(item);
    this.#read += parsed.length;
    if (this.#read < length) return;
    this.#value[name] = this.#items;
    this.#items = [];
    this.#read = 0;
    this.#lists.shift();
  }

  #wantedOf(name: string, items: unknown[]): unknown[] {
    return this.#only?.list === name ? items.filter(this.#only.isWanted) : items;
  }

  /** Throws SyntaxError where lines are missing. */
  end(): unknown {
    if (!this.#isBegun || this.#lists.length > 0) throw new SyntaxError('lines are missing');
    return this.#value;
  }
}
