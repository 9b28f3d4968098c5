/**
 * A value with expressions (`${{ … }}`) to what is known of it. A literal `env` of the job or the workflow is put in; a step output is
 * empty, since the hook that reads the value runs before any step; everything else stays unknown. Nothing is guessed.
 */
import type { Scalar } from 'yaml';
import { isText, textOf, type Node, type Tree } from './nodes.js';
import { wordsOf, type Word } from './words.js';

/** A part of the value. */
export interface Piece {
  /** What is known of it; one placeholder where it is unknown. */
  text: string;
  is: 'text' | 'env' | 'step-output' | 'unknown';
  /** The scalar that the text comes from. */
  node: Scalar.Parsed;
  /** Where the text begins in the value of that scalar. */
  from: number;
  /** The expression as it is written. */
  expression?: string;
}

/** Stands for an unknown part; YAML text cannot hold it, since it is no character. */
export const UNKNOWN = '\uffff';

export type Environment = (name: string) => Scalar.Parsed | undefined;

const ENV = /^env\s*(?:\.\s*([A-Za-z_][\w-]*)|\[\s*'([^']*)'\s*\])$/;
const STEP_OUTPUT = /^steps(?:\s*\.\s*[\w*-]+|\s*\[\s*'[^']*'\s*\])+$/i;
const OPEN = '${{';

/** The literal environment of a job: its own values before those of the workflow. `own` is what the step sets itself, unknown to the hook. */
export function environmentOf(tree: Tree, job: Node, step: Node | undefined): Environment {
  return (name) => {
    if (tree.entry(tree.get(step, 'env'), name) !== undefined) return undefined;
    const entry = tree.entry(tree.get(job, 'env'), name) ?? tree.entry(tree.get(tree.root, 'env'), name);
    const value = entry?.value;
    return isText(value) && !String(value.value).includes(OPEN) ? value : undefined;
  };
}

/** The pieces of a scalar, in order. */
export function piecesOf(node: Scalar.Parsed, environment: Environment): Piece[] {
  const value = String(node.value);
  const pieces: Piece[] = [];
  let at = 0;
  for (let open = value.indexOf(OPEN); open !== -1; open = value.indexOf(OPEN, at)) {
    const close = closeOf(value, open + OPEN.length);
    if (close === undefined) break;
    if (open > at) pieces.push({ text: value.slice(at, open), is: 'text', node, from: at });
    const expression = value.slice(open, close + 2);
    pieces.push({ ...resolved(expression.slice(3, -2).trim(), node, environment), from: open, expression });
    at = close + 2;
  }
  if (at < value.length) pieces.push({ text: value.slice(at), is: 'text', node, from: at });
  return pieces.map((piece) => (piece.is === 'env' ? { ...piece, from: 0 } : piece));
}

function resolved(
  expression: string,
  node: Scalar.Parsed,
  environment: Environment,
): Pick<Piece, 'text' | 'is' | 'node'> {
  if (STEP_OUTPUT.test(expression)) return { text: '', is: 'step-output', node };
  const match = ENV.exec(expression);
  const set = match === null ? undefined : environment(match[1] ?? match[2] ?? '');
  return set === undefined ? { text: UNKNOWN, is: 'unknown', node } : { text: textOf(set) ?? '', is: 'env', node: set };
}

/** Where the expression ends; a `}}` in its own quotes does not end it. */
function closeOf(value: string, from: number): number | undefined {
  let quoted = false;
  for (let at = from; at < value.length - 1; at += 1) {
    if (value[at] === "'") quoted = !quoted;
    else if (!quoted && value[at] === '}' && value[at + 1] === '}') return at;
  }
  return undefined;
}

/** A place in the joined text of pieces, as an offset of the file. Makes the words of each scalar once. */
export class Places {
  readonly #pieces: { at: number; piece: Piece }[] = [];
  readonly #source: string;
  readonly #words = new Map<Scalar.Parsed, Word[]>();

  constructor(pieces: readonly Piece[], source: string) {
    this.#source = source;
    let at = 0;
    for (const piece of pieces) {
      if (piece.text !== '' || pieces.length === 1) this.#pieces.push({ at, piece });
      at += piece.text.length;
    }
  }

  /** Where a place of the joined text stands, and in which scalar. */
  at(index: number): { node: Scalar.Parsed; offset: number } | undefined {
    const found = lastAtMost(this.#pieces, index);
    if (found === undefined) return undefined;
    const { node, from, is } = found.piece;
    const inValue = is === 'text' || is === 'env' ? from + Math.max(0, index - found.at) : from;
    return { node, offset: this.#offset(node, inValue) };
  }

  #offset(node: Scalar.Parsed, at: number): number {
    const words = this.#words.get(node) ?? wordsOf(node, this.#source);
    this.#words.set(node, words);
    const word = lastAtMost(words, at);
    if (word === undefined) return node.range[0];
    return word.offset + Math.min(at - word.at, Math.max(0, word.text.length - 1));
  }
}

function lastAtMost<T extends { at: number }>(sorted: readonly T[], at: number): T | undefined {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle]?.at ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return sorted[low];
}
