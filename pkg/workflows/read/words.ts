/** Where the words of a scalar stand in the text of the file, whatever its style: value and source hold the same words in order. */
import type { Scalar } from 'yaml';

export interface Word {
  /** In the value. */
  at: number;
  text: string;
  /** In the source. */
  offset: number;
}

const WORD = /\S+/g;
const BLOCK = new Set(['BLOCK_LITERAL', 'BLOCK_FOLDED']);

/** The words of a scalar. One that an escape hides in the source stands where the word before it does. */
export function wordsOf(node: Scalar.Parsed, source: string): Word[] {
  const value = String(node.value);
  let cursor = startOf(node, source);
  const end = Math.max(node.range[1], lineEnd(source, cursor));
  let isLost = false;
  return [...value.matchAll(WORD)].map(({ 0: text, index: at }) => {
    const found = isLost ? -1 : source.indexOf(text, cursor);
    isLost ||= found === -1 || found + text.length > end;
    if (isLost) return { at, text, offset: cursor };
    cursor = found + text.length;
    return { at, text, offset: found };
  });
}

/** The header of a block scalar may hold a comment. */
function startOf(node: Scalar.Parsed, source: string): number {
  const [start] = node.range;
  return BLOCK.has(node.type ?? '') ? lineEnd(source, start) : start;
}

function lineEnd(source: string, offset: number): number {
  const end = source.indexOf('\n', offset);
  return end === -1 ? source.length : end;
}

/** How a line break came into the value of a scalar. */
export const keepsBreaks = (node: Scalar.Parsed, source: string): 'written' | 'folded' => {
  if (node.type === 'BLOCK_LITERAL') return 'written';
  const [start, end] = node.range;
  return node.type === 'QUOTE_DOUBLE' && /\\[nrNLP]/.test(source.slice(start, end)) ? 'written' : 'folded';
};

/** The comment behind a scalar on its line, from its `#` on; undefined where there is none. */
export function commentBehind(node: Scalar.Parsed, source: string): string | undefined {
  const [start] = node.range;
  const line = source.slice(start, lineEnd(source, start)).trimEnd();
  const quote = node.type === 'QUOTE_DOUBLE' ? '"' : node.type === 'QUOTE_SINGLE' ? "'" : undefined;
  if (quote === undefined && node.type !== 'PLAIN') return undefined;
  const close = quote === undefined ? 0 : line.indexOf(quote, 1) + 1;
  const rest = quote === undefined ? line.slice(String(node.value).length) : line.slice(close);
  return /^\s+(#.*)$/.exec(rest)?.[1];
}
