/** The parser's errors in words that help: it names the rule of the grammar, people need to know what to change. */
import type { ErrorCode } from 'yaml';
import { lineAt, type Fault } from './faults.js';
import { cut, printable, quote } from '../printable.js';
import type { GrammarFault } from './compose.js';

/** Messages repeat parts of the file; a line has room for this much. */
const MAX_MESSAGE = 160;

const FIXES: Partial<Record<ErrorCode, string>> = {
  BAD_DQ_ESCAPE: 'write the backslash twice, or use single quotes',
  BAD_INDENT: 'align the line with its neighbours',
  BAD_SCALAR_START: 'put the value in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'put the value in quotes if it contains ": ", or the nested key on a line of its own',
  MISSING_CHAR: 'add what is missing, or put the value in quotes',
  MULTILINE_IMPLICIT_KEY: 'write "key: value" on one line, or indent the line to continue the value above',
  TAB_AS_INDENT: 'replace the tab with spaces',
  UNEXPECTED_TOKEN: 'remove what is too much, or put the value in quotes',
};
/** The parser calls a missing bracket bad indentation, which sends people to the wrong end of the line. */
const UNCLOSED = /^Flow \w+ in block collection must be/;
/** It stands at the end of the text, and the quote begins wherever somebody forgot to close it. */
const OPEN_QUOTE = /^Missing closing ['"]quote/;
/** What it says of the first line after a bracket that nobody closed. */
const IN_BRACKETS = /^Implicit keys of flow sequence pairs/;
/** A value with a key in it: two of them on one line, or one that is indented too much on the next. */
const KEY_IN_LINE = /:(?:\s|$)/;
const DEFAULT_FIX = 'correct the line; plus1 validate shows the result';

/** A fault of the grammar in words that help. */
export function syntaxFault(text: string, { offset, code, message }: GrammarFault): Fault {
  const says = {
    found: offset >= text.trimEnd().length ? 'the end of the text' : quote(lineAt(text, offset)),
    expected: `YAML (${sentenceOf(message)})`,
    fix: fixOf(text, { offset, code, message }),
  };
  return { code: reasonCode(code, message), offset, says };
}

function fixOf(text: string, { offset, code, message }: GrammarFault): string {
  if (UNCLOSED.test(message)) return 'close the bracket, or indent what is inside it';
  if (OPEN_QUOTE.test(message)) return 'close the quote that begins in this line or above it';
  if (IN_BRACKETS.test(message)) return 'close the bracket, or put the value in quotes';
  const rest = text.slice(offset).split(/[\r\n]/, 1)[0] ?? '';
  if (code === 'BLOCK_AS_IMPLICIT_KEY' && !KEY_IN_LINE.test(rest))
    return 'indent the next line as this one: it is indented more, so that it goes on with the value';
  if (code === 'MULTILINE_IMPLICIT_KEY' && lineAt(text, offset) === '--')
    return 'write three hyphens (---) between two documents';
  return FIXES[code] ?? DEFAULT_FIX;
}

/** The parser's sentence alone, on one line. */
export function sentenceOf(message: string): string {
  return printable(cut(message.split('\n', 1)[0] ?? '', MAX_MESSAGE));
}

function reasonCode(code: ErrorCode, message: string): Fault['code'] {
  if (UNCLOSED.test(message)) return 'yaml-syntax';
  return code === 'TAB_AS_INDENT' || code === 'BAD_INDENT' ? 'yaml-indentation' : 'yaml-syntax';
}
