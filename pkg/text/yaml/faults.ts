/** What makes a text no YAML: found by scanning the text, by the parser, or by looking at the tree it built. */
import { quote } from '../printable.js';

export type FaultCode =
  | 'yaml-syntax'
  | 'yaml-indentation'
  | 'control-character'
  | 'merge-conflict'
  | 'duplicate-key'
  | 'alias-unresolved'
  | 'alias-limit';

export interface Fault {
  code: FaultCode;
  offset: number;
  /** What is wrong, all on one line. */
  says: { found: string; expected: string; fix: string };
}

// YAML 1.2.2, 5.1: what is not printable may not stand in a stream. https://yaml.org/spec/1.2.2/#51-character-set
// eslint-disable-next-line no-control-regex -- control characters are what this finds
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]|\p{Surrogate}/u;
const CONFLICT_START = /^<{7}(?: |\r?$)/m;
const CONFLICT_MIDDLE = /^={7}\r?$/m;
const CONFLICT_END = /^>{7}(?: |\r?$)/m;

/**
 * A fault that the parser would miss or misname. Conflict markers between the lines of a JSON-style mapping make a
 * legal key of several lines; YAML readers differ on control characters.
 */
export function textFault(text: string): Fault | undefined {
  const forbidden = FORBIDDEN.exec(text);
  if (forbidden !== null) {
    return {
      code: 'control-character',
      offset: forbidden.index,
      says: {
        found: quote(forbidden[0]),
        expected: 'printable text',
        fix: 'remove the character, or write it as an escape in double quotes',
      },
    };
  }
  return conflictFault(text);
}

function conflictFault(text: string): Fault | undefined {
  if (!text.includes('<<<<<<<')) return undefined;
  const start = CONFLICT_START.exec(text);
  if (start === null || !CONFLICT_MIDDLE.test(text) || !CONFLICT_END.test(text)) return undefined;
  return {
    code: 'merge-conflict',
    offset: start.index,
    says: {
      found: quote(lineAt(text, start.index)),
      expected: 'a merged file',
      fix: 'resolve the conflict and commit the result',
    },
  };
}

/** The line that an offset is in, without its ends. */
export function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', start);
  return text.slice(offset === 0 ? 0 : start, end === -1 ? text.length : end).trim();
}
