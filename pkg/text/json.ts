/**
 * JSON from others, parsed once and within bounds. The parser of the engine takes any depth and any number of values: five
 * million brackets, which compress to some kilobytes, are a gigabyte of arrays. So the bytes are counted first.
 */

import { grouped } from './grouped.js';

/** Answers of GitHub and Kubernetes nest some 15 deep. */
const MAX_JSON_DEPTH = 100;

/** A ruleset of an organization with 100,000 repositories has that many ids; a cache of as many verdicts some ten for each. */
const MAX_JSON_VALUES = 4_000_000;

/** JSON over a bound. A SyntaxError, so that code that treats broken JSON as no answer does the same with this. */
export class JSONTooCostly extends SyntaxError {
  constructor(limit: number, what: string) {
    super(`more than ${grouped(limit)} ${what}`);
    this.name = 'JSONTooCostly';
  }
}

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_MAP, CLOSE_MAP] = [
  0x22, 0x5c, 0x2c, 0x5b, 0x5d, 0x7b, 0x7d,
];

/** The value of UTF-8 bytes or of a text. Throws SyntaxError, and TypeError for bytes that are no UTF-8. */
export function parseJSON(source: Uint8Array | string, maxValues: number = MAX_JSON_VALUES): unknown {
  const bytes = typeof source === 'string' ? Buffer.from(source) : source;
  check(bytes, maxValues);
  const text = typeof source === 'string' ? source : new TextDecoder('utf-8', { fatal: true }).decode(source);
  return JSON.parse(text);
}

/** Text is passed over by searching for its end: most of a large answer is the text of files. */
function check(bytes: Uint8Array, maxValues: number): void {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (byte === OPEN_LIST || byte === OPEN_MAP) {
      depth += 1;
      values += 1;
    } else if (byte === CLOSE_LIST || byte === CLOSE_MAP) depth -= 1;
    else if (byte === COMMA) values += 1;
    if (depth > MAX_JSON_DEPTH) throw new JSONTooCostly(MAX_JSON_DEPTH, 'levels');
    if (values > maxValues) throw new JSONTooCostly(maxValues, 'values');
  }
}

/** The closing quote; the end of the bytes where there is none. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let at = bytes.indexOf(QUOTE, start + 1); at !== -1; at = bytes.indexOf(QUOTE, at + 1)) {
    let slashes = 0;
    while (bytes[at - 1 - slashes] === BACKSLASH && at - 1 - slashes > start) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return bytes.length;
}
