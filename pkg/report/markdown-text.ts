/**
 * Parts of Markdown. Names, reasons and messages come from others: whatever could be markup, a link or a mention is written as a
 * character reference, which no reader of Markdown takes for one:
 * https://github.github.com/gfm/#entity-and-numeric-character-references
 */
import { cut, printable } from '../text/index.js';

const MAX_CELL = 300;

/** With an empty line between each two, and a line end at the end. */
export const paragraphs = (...parts: readonly string[]): string => `${parts.join('\n\n')}\n`;

/** Cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Letters, digits and a few marks stand for themselves. A dot after `www`, and a colon within a word, would make a link. */
export const text = (foreign: string): string =>
  printable(cut(foreign, MAX_CELL))
    .replace(/[^\p{L}\p{N} ,.:;'()/…-]|:(?! |$)/gu, (char) => `&#${char.codePointAt(0) ?? 0};`)
    .replace(/www\./gi, (word) => `${word.slice(0, -1)}&#46;`);
