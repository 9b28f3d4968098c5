/**
 * Text to YAML documents, with everything bounded: the file belongs to whoever can push to a repository, and one file
 * must not stop or slow the pass over all others. The library's pieces are driven by hand, since its own entry points
 * know no bound on nesting, tokens or errors (half a megabyte of `}` costs 500 MB there).
 */
import { Composer, Lexer, Parser, Schema, type Document, type ErrorCode, type ParsedNode } from 'yaml';
import { textFault, lineAt, type Fault } from './faults.js';
import { inspect, type Targets } from './inspect.js';
import { quote } from './quote.js';
import { syntaxFault } from './syntax.js';
import { isNothing } from './view.js';

/** Real files nest about 20 deep, embedded OpenAPI included; the composer recurses, so this also bounds its stack. */
const MAX_DEPTH = 200;
/** Dense YAML has a token every two characters and a half: 512,000 bytes of it stay below this. */
const MAX_TOKENS = 300_000;
/** What follows a first fault is mostly its echo. */
const MAX_FAULTS = 20;
const MAX_SYNTAX_REASONS = 3;

export interface YamlDocument {
  root: ParsedNode;
  targets: Targets;
}

export interface ParsedText {
  /** Without empty ones. Of a faulty text these are fragments, fit for counting only. */
  documents: YamlDocument[];
  faults: Fault[];
  /** Tags, which change nothing. */
  tags: { offset: number; tag: string }[];
}

/**
 * Every scalar a string, whatever a `%YAML 1.1` directive says: a schema given as an object overrules it. `knownTags`
 * is a plain object in the library, so that the tag `!<constructor>` would find `Object` in it.
 */
const STRINGS = new Schema({ schema: 'failsafe', resolveKnownTags: false, merge: false });
STRINGS.knownTags = Object.create(null) as Schema['knownTags'];

/** Line ends, indentation and the lexer's own marks cost little, so they do not count as tokens. */
const isBlank = (lexeme: string): boolean => lexeme.charCodeAt(0) <= 0x20;

/** What the lexer adds to the source: start of document, start of scalar, broken flow. They take no room in it. */
const MARKS = new Set(['\u0002', '\u001f', '\u0018']);

class BoundReached extends Error {}

/** Never throws. Duplicate keys are looked for afterwards: the library compares every key with every other. */
export function parse(text: string): ParsedText {
  const early = textFault(text);
  if (early !== undefined) return { documents: [], faults: [early], tags: [] };
  const found = compose(text);
  if (found.faults.length > 0) {
    const first = found.faults.sort((a, b) => a.offset - b.offset).slice(0, MAX_SYNTAX_REASONS);
    return { documents: found.trees.map((root) => ({ root, targets: new Map() })), faults: first, tags: [] };
  }
  const faults: Fault[] = [];
  const documents = found.trees.map((root) => ({ root, targets: inspect(root, faults) }));
  return { documents, faults, tags: found.tags };
}

interface Composed {
  trees: ParsedNode[];
  faults: Fault[];
  tags: ParsedText['tags'];
}

function compose(text: string): Composed {
  const composed: Composed = { trees: [], faults: [], tags: [] };
  const composer = new Composer({ schema: STRINGS, uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  listen(composer, text, composed);
  try {
    feed(text, composer, composed);
  } catch (thrown) {
    if (!(thrown instanceof BoundReached)) addFault(composed, syntaxFault(text, 0, 'IMPOSSIBLE', String(thrown)));
  }
  return composed;
}

function feed(text: string, composer: Composer, composed: Composed): void {
  const parser = new Parser();
  const take = (documents: Iterable<Document.Parsed>): void => {
    for (const document of documents) addDocument(composed, document, text);
  };
  let offset = 0;
  let tokens = 0;
  const next = (tokensOfLexeme: ReturnType<Parser['next']>): void => {
    for (const token of tokensOfLexeme) {
      if (token.type === 'error')
        addFault(composed, syntaxFault(text, token.offset, 'UNEXPECTED_TOKEN', token.message));
      else take(composer.next(token));
    }
  };
  for (const lexeme of new Lexer().lex(text)) {
    next(parser.next(lexeme));
    if (!isBlank(lexeme)) tokens += 1;
    if (parser.stack.length > MAX_DEPTH)
      stop(composed, limitFault(text, offset, `more than ${MAX_DEPTH} levels`, `at most ${MAX_DEPTH} levels`));
    if (tokens > MAX_TOKENS)
      stop(composed, limitFault(text, offset, `more than ${MAX_TOKENS} tokens`, `at most ${MAX_TOKENS} tokens`));
    if (lexeme.length > 1 || !MARKS.has(lexeme)) offset += lexeme.length;
  }
  next(parser.end());
  take(composer.end());
  for (const error of composer.streamInfo().errors)
    addFault(composed, syntaxFault(text, error.pos[0], error.code, error.message));
}

/**
 * Hears the composer's errors as they arise. Its handler is private and keeps every one as an Error with a stack; there
 * is no other way to bound them. A test with 256,000 errors in one scalar fails if a later version moves it.
 */
function listen(composer: Composer, text: string, composed: Composed): void {
  type Source = number | readonly number[] | { offset: number };
  const inside = composer as unknown as {
    onError: (source: Source, code: ErrorCode, message: string, warning?: boolean) => void;
  };
  inside.onError = (source, code, message, warning) => {
    const offset = typeof source === 'number' ? source : 'offset' in source ? source.offset : (source[0] ?? 0);
    if (code === 'TAG_RESOLVE_FAILED' || code === 'BAD_COLLECTION_TYPE') {
      if (composed.tags.length < MAX_FAULTS) composed.tags.push({ offset, tag: tagAt(text, offset) });
      return;
    }
    if (warning !== true) addFault(composed, syntaxFault(text, offset, code, message));
  };
}

function addDocument(composed: Composed, document: Document.Parsed, text: string): void {
  for (const error of document.errors) addFault(composed, syntaxFault(text, error.pos[0], error.code, error.message));
  const root = document.contents;
  if (root !== null && !isNothing(root)) composed.trees.push(root);
}

function addFault(composed: Composed, fault: Fault): void {
  composed.faults.push(fault);
  if (composed.faults.length >= MAX_FAULTS) throw new BoundReached();
}

function stop(composed: Composed, fault: Fault): never {
  composed.faults.push(fault);
  throw new BoundReached();
}

function limitFault(text: string, offset: number, found: string, expected: string): Fault {
  const says = { found: `${found}, at ${quote(lineAt(text, offset))}`, expected, fix: 'make the file simpler' };
  return { code: 'yaml-limit', offset, says };
}

const tagAt = (text: string, offset: number): string =>
  /^[^\s,[\]{}]{1,80}/.exec(text.slice(offset, offset + 80))?.[0] ?? '';
