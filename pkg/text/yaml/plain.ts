/**
 * The YAML that nearly all catalogue files are: mappings and lists by indentation, scalars on one line. It is read line by
 * line for a tenth of what the library takes, whose lexer, parser and composer each make objects for every blank. At the first
 * thing that is anything else the whole text is left to the library: this knows no errors, so that it cannot name a wrong one.
 * A property (`test/text/plain.test.ts`) holds what it makes against what the library makes of the same text.
 */
import { Pair, Scalar, YAMLMap, YAMLSeq, type ParsedNode } from 'yaml';

/** No shorter text can be over a bound of `bounds.ts`: a character makes at most two tokens, and a key takes three characters. */
const MAX_LENGTH = 10_000;
const MAX_DEPTH = 20;
const MAX_DOCUMENTS = 20;

/** Windows line ends, tabs and byte order marks have rules of their own. */
const SPECIAL = /[\t\r\ufeff]/;

/** A key and what follows its colon, blanks before it included. */
const ENTRY = /^([A-Za-z_][\w./-]{0,100}):(?:( +)(.*)|)$/s;
const ITEM = /^(- +)(.*)$/s;
/** Text that begins with none of the characters that mean something there. */
const PLAIN_START = /^[^-?:,[\]{}#&*!|>'"%@` ]/;
/** Without escapes; what follows may be a comment. */
const QUOTED = /^(?:"([^"\\]*)"|'([^']*)')(?: +#.*| *)$/s;

type Made = YAMLMap | YAMLSeq | Scalar;

/** What a constructor makes inherits from `node`, and with it what it is by the library's own `isMap`, `isSeq`, `isScalar` and `isPair`. */
function inheriting<T extends new (...given: never[]) => object>(kind: T, node: object): T {
  Object.setPrototypeOf(kind.prototype, node);
  return kind;
}

/**
 * Nodes as the library has them, without what nobody asks of them. Its constructors define hidden properties on each node one by one,
 * which takes longer than to read the text.
 */
const PlainScalar = inheriting(
  class {
    readonly value: string;
    readonly source: string;
    readonly type: Scalar.Type;
    readonly range: [number, number, number];

    constructor(value: string, offset: number, type: Scalar.Type) {
      this.value = value;
      this.source = value;
      this.type = type;
      this.range = startingAt(offset);
    }
  },
  new Scalar(''),
);

class Items<T> {
  readonly items: T[] = [];
  readonly range: [number, number, number];

  constructor(offset: number) {
    this.range = startingAt(offset);
  }
}
const PlainMap = inheriting(class extends Items<Pair<Scalar, Made>> {}, new YAMLMap());
const PlainSeq = inheriting(class extends Items<Made> {}, new YAMLSeq());

const PlainPair = inheriting(
  class {
    readonly key: Scalar;
    readonly value: Made;

    constructor(key: Scalar, value: Made) {
      this.key = key;
      this.value = value;
    }
  },
  new Pair(null),
);

/** A line that holds more than a comment, or what is left of it to be read. */
interface Line {
  /** How far its content stands from the left. */
  indent: number;
  /** Where its content stands in the text. */
  offset: number;
  /** Without the blanks at its end. */
  content: string;
}

export interface PlainTree {
  /** Its nodes know where they begin, not where they end. */
  root: ParsedNode;
  /** A mapping has a key twice. */
  repeatsKey: boolean;
}

/** The tree of each document; undefined where the text is not that plain. */
export function readPlain(text: string): PlainTree[] | undefined {
  if (text.length > MAX_LENGTH || SPECIAL.test(text)) return undefined;
  const streams = documentsOf(text);
  if (streams === undefined) return undefined;
  const trees: PlainTree[] = [];
  for (const lines of streams) {
    const document = new PlainDocument(lines);
    const root = document.read();
    if (root === undefined) return undefined;
    trees.push({ root: root as ParsedNode, repeatsKey: document.repeatsKey });
  }
  return trees;
}

/** The lines of each document, none of them without any. */
function documentsOf(text: string): Line[][] | undefined {
  const documents: Line[][] = [];
  let lines: Line[] = [];
  let isMarked = false;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const line = lineBetween(text, start, end);
    start = end + 1;
    if (line === undefined) continue;
    if (line.indent > 0 || line.content !== '---') lines.push(line);
    else if (lines.length > 0) {
      documents.push(lines);
      lines = [];
      isMarked = true;
    } else if (isMarked) return undefined;
    else isMarked = true;
  }
  documents.push(lines);
  return lines.length === 0 || documents.length > MAX_DOCUMENTS ? undefined : documents;
}

/** Undefined where it holds nothing. */
function lineBetween(text: string, start: number, end: number): Line | undefined {
  let offset = start;
  while (offset < end && text[offset] === ' ') offset += 1;
  if (offset === end || text[offset] === '#') return undefined;
  return { indent: offset - start, offset, content: withoutBlanks(text.slice(offset, end)) };
}

function withoutComment(content: string): string {
  const at = content.indexOf(' #');
  return at === -1 ? content : withoutBlanks(content.slice(0, at));
}

/** A pattern that begins with blanks would look at a long run of them once from each of its blanks. */
function withoutBlanks(content: string): string {
  let end = content.length;
  while (content[end - 1] === ' ') end -= 1;
  return content.slice(0, end);
}

/** Each method returns undefined where the text is not plain. */
class PlainDocument {
  repeatsKey = false;
  readonly #lines: Line[];
  #at = 0;

  constructor(lines: Line[]) {
    this.#lines = lines;
  }

  read(): Made | undefined {
    const root = this.#block(0, 0);
    return this.#line === undefined ? root : undefined;
  }

  get #line(): Line | undefined {
    return this.#lines[this.#at];
  }

  #block(indent: number, depth: number): Made | undefined {
    if (depth > MAX_DEPTH) return undefined;
    return this.#line?.content.startsWith('- ') === true ? this.#sequence(indent, depth) : this.#mapping(indent, depth);
  }

  #mapping(indent: number, depth: number): YAMLMap | undefined {
    const map = new PlainMap(this.#line?.offset ?? 0);
    const names = new Set<string>();
    for (let line = this.#line; line !== undefined && line.indent >= indent; line = this.#line) {
      const entry = line.indent === indent ? ENTRY.exec(line.content) : null;
      if (entry === null) return undefined;
      const [, name = '', blanks = '', rest = ''] = entry;
      const offset = line.offset + name.length + 1 + blanks.length;
      const value = this.#valueOfKey({ indent, offset, content: rest }, depth);
      if (value === undefined) return undefined;
      if (names.has(name)) this.repeatsKey = true;
      names.add(name);
      map.items.push(new PlainPair(scalar(name, line.offset, 'PLAIN'), value) as Pair<Scalar, Made>);
    }
    return map as unknown as YAMLMap;
  }

  #valueOfKey(rest: Line, depth: number): Made | undefined {
    this.#at += 1;
    if (rest.content !== '' && !rest.content.startsWith('#')) return scalarOf(rest);
    const next = this.#line;
    if (next !== undefined && next.indent > rest.indent) return this.#block(next.indent, depth + 1);
    // The items of a list may stand as far left as the key of the list.
    if (next?.indent === rest.indent && next.content.startsWith('- ')) return this.#sequence(rest.indent, depth + 1);
    return scalar('', rest.offset, 'PLAIN');
  }

  #sequence(indent: number, depth: number): YAMLSeq | undefined {
    const sequence = new PlainSeq(this.#line?.offset ?? 0);
    for (let line = this.#line; line?.indent === indent; line = this.#line) {
      const item = ITEM.exec(line.content);
      if (item === null) break;
      const [, mark = '', content = ''] = item;
      const rest = { indent: indent + mark.length, offset: line.offset + mark.length, content };
      const value = this.#valueOfItem(rest, depth);
      if (value === undefined) return undefined;
      sequence.items.push(value);
    }
    return sequence as unknown as YAMLSeq;
  }

  /** A mapping may begin on the line of the mark; what follows its first key stands below that key. */
  #valueOfItem(rest: Line, depth: number): Made | undefined {
    if (ENTRY.test(rest.content)) {
      this.#lines[this.#at] = rest;
      return depth < MAX_DEPTH ? this.#mapping(rest.indent, depth + 1) : undefined;
    }
    this.#at += 1;
    return scalarOf(rest);
  }
}

/** A line that goes deeper after it would continue it; the mapping around it gives up there, or the document. */
function scalarOf({ offset, content }: Line): Scalar | undefined {
  const quoted = QUOTED.exec(content);
  if (quoted !== null) {
    const [, double, single] = quoted;
    return double === undefined ? scalar(single ?? '', offset, 'QUOTE_SINGLE') : scalar(double, offset, 'QUOTE_DOUBLE');
  }
  if (!PLAIN_START.test(content)) return undefined;
  const text = withoutComment(content);
  return text.includes(': ') || text.endsWith(':') ? undefined : scalar(text, offset, 'PLAIN');
}

const scalar = (value: string, offset: number, type: Scalar.Type): Scalar =>
  new PlainScalar(value, offset, type) as unknown as Scalar;

const startingAt = (offset: number): [number, number, number] => [offset, offset, offset];
