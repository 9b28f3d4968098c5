/**
 * Foreign text made fit for one line. Values come from files of other people: control characters could drive a
 * terminal, forge a log line or reverse the reading order, and a no-break space must be seen to be believed.
 */

import { Document, visit } from 'yaml';

/** Nothing beyond it is looked at: an answer of megabytes holds no message. */
const LONGEST = 65_536;

/** What is shown of one foreign value, in characters: enough to recognise it, short enough for one line. */
const MAX_SHOWN = 80;

/** Blanks and line ends are how JSON is laid out. Half of a surrogate pair is escaped by JSON.stringify itself. */
const HIDDEN_IN_JSON = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const LAYOUT = new Set([' ', '\n', '\r', '\t']);

const HIDDEN = /[\p{C}\p{Z}]/gu;

/** The value in double quotes, cut at 80 characters, everything invisible escaped. */
export function quote(value: string): string {
  return printable(JSON.stringify(cut(value, MAX_SHOWN + 1)));
}

/** The text with everything invisible but the blank escaped; for paths and messages that stand without quotes. */
export function printable(text: string): string {
  return text.replace(HIDDEN, (char) => (char === ' ' ? char : escape(char)));
}

/**
 * The text, or its beginning with an ellipsis where it is longer than `maxCharacters`. Half of a character that takes two
 * UTF-16 units is not valid UTF-8: a server refuses the whole object for it.
 */
export function cut(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  // What fills more than twice the bound in UTF-16 units is longer than it in characters too.
  const characters = [...text.slice(0, 2 * maxCharacters + 2)];
  return characters.length <= maxCharacters ? text : `${characters.slice(0, maxCharacters - 1).join('')}…`;
}

/**
 * Somebody else's words for a message: one line, nothing invisible, bounded. They may repeat what was sent, so the line is
 * cut between words: half of a secret would not be found any more by code that cuts out whole ones.
 */
export function foreignLine(text: string, maxLength: number): string {
  const line = printable(
    text
      .slice(0, LONGEST)
      .replaceAll(/[\s\p{Cc}]+/gu, ' ')
      .replaceAll(/\p{Cf}/gu, ''),
  ).trim();
  if (line.length <= maxLength) return line;
  const end = line.lastIndexOf(' ', maxLength - 1);
  return `${line.slice(0, Math.max(0, end))}…`;
}

/** A value as JSON for standard output, a file or a log: `indent` blanks a level, a line end at the end. */
export function printableJSON(value: unknown, indent = 0): string {
  return `${escapeHidden(JSON.stringify(value, null, indent))}\n`;
}

/**
 * What readers of YAML 1.1 take for something else, and neither schema of the library does: numbers as Go writes them, which kubectl and
 * Helm read (https://pkg.go.dev/strconv#ParseInt, base 0), and the type of `=` (https://yaml.org/type/value.html).
 */
const OTHER_IN_YAML_1_1 = /^(?:[-+]?0[xob][\da-f_]+|=)$/i;

/**
 * The same as YAML, for readers of YAML 1.2 and of 1.1, to whom a bare `off` is a boolean and `1e3` or a day no text. Escapes are read in double
 * quotes only, so that a text with something hidden gets them.
 */
export function printableYAML(value: unknown): string {
  const document = new Document(value, { compat: 'yaml-1.1' });
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === 'string' && needsQuotes(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document
    .toString()
    .replace(HIDDEN_IN_JSON, (char) => (LAYOUT.has(char) ? char : `\\U${hex(char.codePointAt(0) ?? 0, 8)}`));
}

const needsQuotes = (text: string): boolean => text.search(HIDDEN_IN_JSON) >= 0 || OTHER_IN_YAML_1_1.test(text);

/** JSON with what a terminal would act on, or would hide, as escapes; its meaning is the same. */
export function escapeHidden(json: string): string {
  return json.replace(HIDDEN_IN_JSON, (char) => (LAYOUT.has(char) ? char : units(char)));
}

function escape(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : units(char);
}

/** One escape for each UTF-16 unit, as JSON has them. */
function units(char: string): string {
  return [...Array(char.length).keys()].map((at) => `\\u${hex(char.charCodeAt(at), 4)}`).join('');
}

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');
