/** `allowed-endpoints` of one step: what the agent reads, what the author meant, and each place where the two differ. */
import type { Scalar } from 'yaml';
import { quote } from '../../text/index.js';
import { keepsBreaks } from '../read/words.js';
import { piecesOf, Places, UNKNOWN, type Environment, type Piece } from '../read/template.js';
import type { ParsedWorkflow } from '../read/parse.js';
import { endpointFault, type EndpointFault, type Names } from './endpoint.js';

export interface ListProblem extends EndpointFault {
  offset: number;
}

export interface EndpointList {
  endpoints: string[];
  agentEndpoints: string[];
  problems: ListProblem[];
  /** The agent reads no entry. */
  isEmpty: boolean;
  /** A part is decided elsewhere: the first such expression, and where it stands. */
  unknown?: { expression: string; offset: number };
  /** A part comes from a step output. */
  stepOutput?: { expression: string; offset: number };
}

interface Token {
  at: number;
  text: string;
}

/** More than a person reads; the first ones say what to change. */
const MAX_PROBLEMS = 100;

const BREAK = /[\n\r]/;

/** The list of a step without the input. */
export const NO_LIST: EndpointList = { endpoints: [], agentEndpoints: [], problems: [], isEmpty: true };

export function readList(
  node: Scalar.Parsed,
  environment: Environment,
  { file, names }: { file: Pick<ParsedWorkflow, 'text' | 'positionOf'>; names: Names },
): EndpointList {
  const pieces = piecesOf(node, environment);
  const reader = new ListReader(pieces, file, names);
  const place = (piece: Piece | undefined): { expression: string; offset: number } | undefined =>
    piece?.expression === undefined
      ? undefined
      : { expression: piece.expression, offset: reader.placeOfExpression(piece) };
  const unknown = place(pieces.find(({ is }) => is === 'unknown'));
  const stepOutput = place(pieces.find(({ is }) => is === 'step-output'));
  return { ...reader.read(), ...(unknown && { unknown }), ...(stepOutput && { stepOutput }) };
}

class ListReader {
  readonly #text: string;
  /** By the place of what stands for it. */
  readonly #expressions = new Map<number, string>();
  readonly #problems: ListProblem[] = [];
  readonly #places: Places;
  readonly #file: Pick<ParsedWorkflow, 'text' | 'positionOf'>;
  readonly #names: Names;

  constructor(pieces: readonly Piece[], file: Pick<ParsedWorkflow, 'text' | 'positionOf'>, names: Names) {
    this.#places = new Places(pieces, file.text);
    this.#file = file;
    this.#names = names;
    this.#text = pieces.map(({ text }) => text).join('');
    let at = 0;
    for (const { is, text, expression = '' } of pieces) {
      if (is === 'unknown') this.#expressions.set(at, expression);
      at += text.length;
    }
  }

  read(): EndpointList {
    const tokens = this.#tokens();
    const words = this.#words();
    const comments = this.#commentWords(words);
    for (const token of tokens) this.#judge(token, words, comments);
    const meant = words.filter((word) => !comments.has(word.at) && isMeant(word.text));
    return {
      endpoints: meant.map((word) => this.#written(word)),
      agentEndpoints: tokens.map((token) => this.#written(token)),
      problems: this.#problems.slice(0, MAX_PROBLEMS),
      isEmpty: tokens.length === 0,
    };
  }

  placeOfExpression({ node, from }: Piece): number {
    const at = new Places([{ text: String(node.value), is: 'text', node, from: 0 }], this.#file.text).at(from);
    return at?.offset ?? node.range[0];
  }

  /** Trimmed, and split at single blanks. */
  #tokens(): Token[] {
    const trimmed = this.#text.trimStart();
    let at = this.#text.length - trimmed.length;
    return trimmed
      .trimEnd()
      .split(' ')
      .flatMap((text) => {
        const token = { at, text };
        at += text.length + 1;
        return text === '' ? [] : [token];
      });
  }

  #words(): Token[] {
    return [...this.#text.matchAll(/\S+/g)].map(({ 0: text, index: at }) => ({ at, text }));
  }

  /** The words from a `#` on, to the end of its line in the file. */
  #commentWords(words: readonly Token[]): Map<number, 'first' | 'more'> {
    const found = new Map<number, 'first' | 'more'>();
    if (!this.#text.includes('#')) return found;
    let line: number | undefined;
    for (const { at, text } of words) {
      const own = this.#file.positionOf(this.#offset(at)).line;
      if (own === line) found.set(at, 'more');
      else line = undefined;
      if (line !== undefined || !text.startsWith('#')) continue;
      found.set(at, 'first');
      line = own;
    }
    return found;
  }

  #judge(token: Token, words: readonly Token[], comments: ReadonlyMap<number, 'first' | 'more'>): void {
    const inside = wordsIn(token, words);
    for (const word of inside) if (comments.get(word.at) === 'first') this.#add(word, COMMENT(word.text));
    const own = inside.filter(({ at }) => !comments.has(at));
    if (BREAK.test(token.text)) {
      // A line with blanks alone is a token of its own.
      for (const word of inside.length === 0 ? [token] : own) this.#add(word, this.#lineBreak(word));
    } else if (own.length > 0 && !token.text.includes(UNKNOWN)) {
      const fault = token.text.includes('#') ? COMMENT(token.text) : endpointFault(token.text, this.#names);
      if (fault !== undefined) this.#add(token, fault);
    } else if (own.length > 0 && token.text.includes('#')) this.#add(token, COMMENT(this.#written(token)));
  }

  #lineBreak(word: Token): EndpointFault {
    const { node } = this.#places.at(word.at) ?? {};
    const written = node !== undefined && keepsBreaks(node, this.#file.text) === 'written';
    return {
      code: written ? 'list-newline' : 'list-blank-line',
      disarms: true,
      found: `${quote(this.#written(word))} joined to its neighbour by a line break`,
      expected: 'blanks between endpoints: the agent splits at nothing else',
      fix: written
        ? 'write >- in place of |, or the list on one line'
        : 'remove the blank line, and indent the lines alike',
    };
  }

  #add(word: Token, fault: EndpointFault): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push({ ...fault, offset: this.#offset(word.at) });
  }

  #offset(at: number): number {
    return this.#places.at(at)?.offset ?? 0;
  }

  /** With expressions as the file has them. */
  #written({ at, text }: Token): string {
    if (!text.includes(UNKNOWN)) return text;
    return text.replaceAll(UNKNOWN, (_, inToken: number) => this.#expressions.get(at + inToken) ?? '');
  }
}

/** Both lists are in order, and no word spans two tokens. */
function wordsIn({ at, text }: Token, words: readonly Token[]): Token[] {
  let low = 0;
  for (let high = words.length; low < high;) {
    const middle = (low + high) >> 1;
    if ((words[middle]?.at ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  const found: Token[] = [];
  for (let index = low; (words[index]?.at ?? Infinity) < at + text.length; index += 1) {
    const word = words[index];
    if (word !== undefined) found.push(word);
  }
  return found;
}

/** A word with a dot; the words of a comment are left out before. */
const isMeant = (word: string): boolean => word !== '#' && word.includes('.');

const COMMENT = (text: string): EndpointFault => ({
  code: 'list-comment',
  disarms: true,
  found: `${quote(text)} inside the list, where it is text`,
  expected: 'endpoints alone',
  fix: 'put the comment above the key allowed-endpoints',
});
