/** JSON of what may be large, in parts: as one text it would be in memory beside the values, escaped beside that, and as bytes beside both. Pure. */
import { escapeHidden } from './printable.js';

/** Items of a list in one part: some 150 KB of a report. Shorter lists are no part of their own. */
const ITEMS = 500;

/** Joined, what `printableJSON` gives of a value that JSON can hold. `indent`: blanks a level, at least one. */
export function* printableJSONParts(value: unknown, indent: number): Generator<string> {
  for (const part of new Parts(indent).of(value, 0)) yield escapeHidden(part);
  yield '\n';
}

class Parts {
  readonly #indent: number;

  constructor(indent: number) {
    this.#indent = indent;
  }

  /** What stands behind a key or in front of a comma; `level`: of the line in which it begins. */
  *of(value: unknown, level: number): Generator<string> {
    if (isLong(value)) yield* this.#list(value, level);
    else if (holdsLong(value)) yield* this.#fields(value, level);
    else yield this.#text(value, level);
  }

  *#list(items: readonly unknown[], level: number): Generator<string> {
    const line = this.#line(level + 1);
    for (let start = 0; start < items.length; start += ITEMS) {
      const texts = items.slice(start, start + ITEMS).map((item) => `${line}${this.#text(item, level + 1)}`);
      yield `${start === 0 ? '[' : ','}${texts.join(',')}`;
    }
    yield `${this.#line(level)}]`;
  }

  *#fields(value: Record<string, unknown>, level: number): Generator<string> {
    let before = '{';
    for (const [key, inner] of Object.entries(value)) {
      if (inner === undefined) continue;
      yield `${before}${this.#line(level + 1)}${JSON.stringify(key)}: `;
      yield* this.of(inner, level + 1);
      before = ',';
    }
    yield `${this.#line(level)}}`;
  }

  /** No text within it holds a line end: JSON has those escaped. */
  #text(value: unknown, level: number): string {
    // Undefined where it is no JSON, as an item of a list.
    const text = JSON.stringify(value, null, this.#indent) as string | undefined;
    return (text ?? 'null').replaceAll('\n', this.#line(level));
  }

  #line(level: number): string {
    return `\n${' '.repeat(this.#indent * level)}`;
  }
}

const isLong = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length > ITEMS;

/** Somewhere within its fields. */
const holdsLong = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).some((inner) => isLong(inner) || holdsLong(inner));
