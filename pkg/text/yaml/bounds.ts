/**
 * What a text of YAML may hold before it is not judged at all. Every bound counts something in the text, none measures time:
 * a file must get the same verdict on a slow machine and on a fast one. The largest real catalogue file known is 87 kB with
 * 17,300 tokens in 3,600 lines, one document, 16 levels; with these bounds no text of 1 MiB costs more than about 100 ms.
 */

import { grouped } from '../grouped.js';

/** What the lexer makes of the text, blanks and line ends included: every one of them passes the parser and the composer. */
export const MAX_TOKENS = 30_000;

/** Line ends cost little each, but a block scalar or a comment can hold one for every second byte. */
export const MAX_LINES = 50_000;

/** Documents, their marks and directives. */
export const MAX_DOCUMENTS = 500;

/** Real files nest about 20 deep, embedded OpenAPI included; the composer recurses, so this also bounds its stack. */
export const MAX_DEPTH = 128;

/** Keys of one mapping. */
export const MAX_KEYS = 5_000;

/** Tags and anchors before one value; YAML allows one of each. */
export const MAX_PROPERTIES = 8;

/** A text over one of the bounds. */
export class TooCostly extends Error {
  /** What there is too much of, in words with its number: `more than 200 levels`. */
  readonly found: string;
  readonly allowed: string;
  /** Where the bound was reached; undefined where it is about the whole text. */
  readonly offset: number | undefined;

  constructor(limit: number, what: string, offset?: number) {
    const count = `${grouped(limit)} ${what}`;
    super(`more than ${count}`);
    this.name = 'TooCostly';
    this.found = `more than ${count}`;
    this.allowed = `at most ${count}`;
    this.offset = offset;
  }
}
