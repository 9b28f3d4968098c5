/**
 * Text to trees. The library's pieces are driven by hand, since its own entry points know no bound on nesting, tokens,
 * documents or errors, and compare every key of a mapping with every other.
 */
import { Composer, Parser, type Document, type ErrorCode, type ParsedNode, type Schema } from 'yaml';
import { MAX_DEPTH, TooCostly } from './bounds.js';
import { readLexemes } from './lexemes.js';

/** What follows a first fault is mostly its echo. */
const MAX_FAULTS = 20;
const MAX_TAGS = 20;

/** A fault of the grammar in the library's words. */
export interface GrammarFault {
  offset: number;
  code: ErrorCode;
  message: string;
}

export interface Tree {
  /** Where the document begins. */
  offset: number;
  /** Null where the document is empty. */
  root: ParsedNode | null;
  /** The whole of it, with its comments and directives. */
  document: Document.Parsed;
}

export interface Composed {
  trees: Tree[];
  /** At most some of each document, in no order. */
  faults: GrammarFault[];
  /** Tags that the schema does not know. */
  tags: { offset: number; tag: string }[];
  /** Offsets of lines in brackets or quotes that are indented too little. */
  unindented: number[];
}

/** Throws TooCostly, and nothing else. `whole`: every comment is kept, for a text that is to be written again. */
export function compose(text: string, schema: Schema, whole = false): Composed {
  const { lexemes, unindented } = readLexemes(text, whole);
  const found: Composed = { trees: [], faults: [], tags: [], unindented };
  const faults = new Faults(found.faults);
  const composer = new Composer({ schema, uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  listen(composer, text, { found, faults });
  const parser = new Parser();
  const take = (documents: Iterable<Document.Parsed>): void => {
    for (const document of documents) {
      const { range, contents, errors } = document;
      found.trees.push({ offset: range[0], root: contents, document });
      for (const { pos, code, message } of errors) faults.add(pos[0], code, message);
    }
  };
  const next = (tokens: ReturnType<Parser['next']>): void => {
    for (const token of tokens) {
      if (token.type === 'error') faults.add(token.offset, 'UNEXPECTED_TOKEN', token.message);
      else take(composer.next(token));
      if (token.type === 'document') faults.nextDocument();
    }
  };
  try {
    for (const lexeme of lexemes) {
      // The parser counts its place by what it is given.
      if (typeof lexeme === 'number') parser.offset += lexeme;
      else next(parser.next(lexeme));
      if (parser.stack.length > MAX_DEPTH) throw new TooCostly(MAX_DEPTH, 'levels', parser.offset);
    }
    next(parser.end());
    take(composer.end());
    for (const { pos, code, message } of composer.streamInfo().errors) faults.add(pos[0], code, message);
  } catch (thrown) {
    if (thrown instanceof TooCostly) throw thrown;
    faults.add(0, 'IMPOSSIBLE', String(thrown));
  }
  return found;
}

class Faults {
  readonly #kept: GrammarFault[];
  #ofDocument = 0;

  constructor(kept: GrammarFault[]) {
    this.#kept = kept;
  }

  add(offset: number, code: ErrorCode, message: string): void {
    this.#ofDocument += 1;
    if (this.#ofDocument <= MAX_FAULTS) this.#kept.push({ offset, code, message });
  }

  nextDocument(): void {
    this.#ofDocument = 0;
  }
}

/**
 * Hears the composer's errors as they arise. Its handler is private and keeps every one as an Error with a stack; there
 * is no other way to bound them. A test with 256,000 errors in one scalar fails if a later version moves it.
 */
function listen(composer: Composer, text: string, { found, faults }: { found: Composed; faults: Faults }): void {
  type Source = number | readonly number[] | { offset: number };
  const inside = composer as unknown as {
    onError: (source: Source, code: ErrorCode, message: string, warning?: boolean) => void;
  };
  inside.onError = (source, code, message, warning) => {
    const offset = typeof source === 'number' ? source : 'offset' in source ? source.offset : (source[0] ?? 0);
    if (code === 'TAG_RESOLVE_FAILED' || code === 'BAD_COLLECTION_TYPE') {
      if (found.tags.length < MAX_TAGS) found.tags.push({ offset, tag: tagAt(text, offset) });
      return;
    }
    const isNone = code === 'MISSING_CHAR' && isOwnLine(text, offset);
    if (warning !== true && !isNone) faults.add(offset, code, message);
  };
}

/**
 * A comment with a line of its own needs no blank before it; the library asks for one where the comment follows the end of a
 * collection within another: https://yaml.org/spec/1.2.2/#66-comments
 */
const isOwnLine = (text: string, offset: number): boolean =>
  text[offset] === '#' && (offset === 0 || text[offset - 1] === '\n');

const tagAt = (text: string, offset: number): string =>
  /^[^\s,[\]{}]{1,80}/.exec(text.slice(offset, offset + 80))?.[0] ?? '';
