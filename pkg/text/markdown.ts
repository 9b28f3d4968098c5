/**
 * Text of others within an issue or a pull request. GitHub looks for mentions, references and addresses in what Markdown makes of a text, so that escapes
 * do not stop them; in code it looks for nothing. So what is not plainly harmless is shown as code.
 * https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax
 */
import { cut, printable } from './printable.js';

const MAX_CHARACTERS = 300;

/** Letters, digits and marks that mean nothing to Markdown or GitHub. */
const HARMLESS = /^(?:[\p{L}\p{N} ,.;'"()/-]|:(?= |$))*$/u;
/** Part of an address, a reference such as GH-12, or what looks like a commit. */
const NOT_PLAIN = /www\.|gh-\d|[0-9a-f]{7}|^[-\d.) ]|--/i;

/** One line, as code. */
export function markdownCode(foreign: string): string {
  const line = printable(cut(foreign, MAX_CHARACTERS));
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  // A blank beside the fence: a text may begin with one of its marks, and of nothing at all there is no code.
  const padded = longest > 0 || line.trim() === '' || line.startsWith(' ') ? ` ${line} ` : line;
  return `${fence}${padded}${fence}`;
}

/** As it is where it is harmless, else as code. */
export const markdownWords = (foreign: string): string =>
  foreign.length <= MAX_CHARACTERS && HARMLESS.test(foreign) && !NOT_PLAIN.test(foreign)
    ? foreign
    : markdownCode(foreign);

/** A block of code; `lines` are ours but for what `printable` leaves of others. */
export function markdownBlock(language: string, lines: readonly string[]): string[] {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...lines, fence];
}
