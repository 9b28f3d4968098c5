/**
 * The lexemes of a text for the parser, within bounds. Counting comes first and stops at the first bound, before the parser
 * and the composer, which cost ten times as much, see anything.
 */
import { TooCostly, MAX_DOCUMENTS, MAX_LINES, MAX_PROPERTIES, MAX_TOKENS } from './bounds.js';
import { LenientLexer } from './lexer.js';

/** What the lexer adds to the source: start of document, start of scalar. */
const DOCUMENT = '\u0002';
const SCALAR = '\u001f';

/**
 * Lines in a row without content that the parser sees. It looks through all those before it at some tokens, so that many of
 * them cost their square; more than a few of them mean nothing that the first ones do not.
 */
const MAX_EMPTY_LINES = 16;

/** The same where a text is to be written again, so that each comment counts: a header longer than this is refused. */
const MAX_KEPT_EMPTY_LINES = 2_000;

/** Source for the parser, or a number of characters that it need not see. */
export type Lexeme = string | number;

export interface Lexemes {
  lexemes: Lexeme[];
  /** Offsets of lines in brackets or quotes that are indented too little. */
  unindented: number[];
}

/** Throws TooCostly. `whole`: nothing is skipped. */
export function readLexemes(text: string, whole: boolean): Lexemes {
  checkLines(text);
  const lexer = new LenientLexer();
  const counter = new Counter();
  const lines = new EmptyLines(counter, whole);
  let isScalar = false;
  for (const source of lexer.lex(text)) {
    if (isScalar) {
      lines.take(source, 'content');
      isScalar = false;
      continue;
    }
    isScalar = source === SCALAR;
    counter.look(source);
    lines.take(source, kindOf(source));
  }
  lines.end();
  return { lexemes: counter.lexemes, unindented: lexer.unindented };
}

/** The comments of a text that was read before, each from its `#` on, in order. */
export function commentsIn(text: string): string[] {
  const found: string[] = [];
  let isScalar = false;
  for (const source of new LenientLexer().lex(text)) {
    if (!isScalar && kindOf(source) === 'comment') found.push(source.trimEnd());
    isScalar = source === SCALAR;
  }
  return found;
}

function checkLines(text: string): void {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    lines += 1;
    if (lines > MAX_LINES) throw new TooCostly(MAX_LINES, 'lines');
  }
}

type Kind = 'blank' | 'comment' | 'newline' | 'content';

function kindOf(source: string): Kind {
  const first = source.charCodeAt(0);
  if (first === 0x20 || first === 0x09) return 'blank';
  if (first === 0x23) return 'comment';
  return first === 0x0a || first === 0x0d ? 'newline' : 'content';
}

class Counter {
  readonly lexemes: Lexeme[] = [];
  #documents = 0;
  #properties = 0;
  #tokens = 0;

  /** Counts what is dear in small numbers. */
  look(source: string): void {
    const first = source[0];
    if (first === '%' || source === '---' || source === '...' || source === DOCUMENT) {
      this.#documents += 1;
      if (this.#documents > MAX_DOCUMENTS) throw new TooCostly(MAX_DOCUMENTS, 'documents, marks or directives');
    } else if (first === '&' || first === '!') {
      this.#properties += 1;
      if (this.#properties > MAX_PROPERTIES) throw new TooCostly(MAX_PROPERTIES, 'tags and anchors before one value');
    } else if (kindOf(source) === 'content') this.#properties = 0;
  }

  add(source: string): void {
    this.lexemes.push(source);
    this.#tokens += 1;
    if (this.#tokens > MAX_TOKENS) throw new TooCostly(MAX_TOKENS, 'tokens');
  }

  skip(characters: number): void {
    this.lexemes.push(characters);
  }
}

/**
 * Passes on what it is given, but for lines that hold nothing where many of them stand in a row. The last of them is passed
 * on too: the composer measures a key from the end of what stands before it.
 */
class EmptyLines {
  readonly #counter: Counter;
  /** The line so far, while nothing of it is content; undefined after content. */
  #line: string[] | undefined = [];
  /** The last empty line, where the lines before it are skipped. */
  #held: string[] | undefined;
  #inARow = 0;
  readonly #whole: boolean;

  constructor(counter: Counter, whole: boolean) {
    this.#counter = counter;
    this.#whole = whole;
  }

  take(source: string, kind: Kind): void {
    if (this.#line === undefined || kind === 'content') {
      this.#pass();
      this.#counter.add(source);
      this.#line = kind === 'newline' ? [] : undefined;
      this.#inARow = 0;
      return;
    }
    this.#line.push(source);
    if (kind === 'newline') this.#endLine(this.#line);
  }

  /** What is left at the end of the text. */
  end(): void {
    this.#pass();
  }

  #endLine(line: string[]): void {
    this.#inARow += 1;
    if (this.#whole && this.#inARow > MAX_KEPT_EMPTY_LINES)
      throw new TooCostly(MAX_KEPT_EMPTY_LINES, 'lines of comments or blanks in a row');
    if (!this.#whole && this.#inARow > MAX_EMPTY_LINES) {
      for (const { length } of this.#held ?? []) this.#counter.skip(length);
      this.#held = line;
    } else for (const source of line) this.#counter.add(source);
    this.#line = [];
  }

  #pass(): void {
    for (const source of [...(this.#held ?? []), ...(this.#line ?? [])]) this.#counter.add(source);
    this.#held = undefined;
    this.#line = undefined;
  }
}
