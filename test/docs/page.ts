/**
 * The pages that people read, as far as tests look at them: fenced blocks, headings and links. Only what our pages use of
 * Markdown is understood: fences without indent, headings with `#`, inline links.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Block {
  /** After the fence, as `sh norun`. */
  info: string;
  /** Of the opening fence, from 1. */
  line: number;
  text: string;
  /** What a `text` block that follows at once says the block prints. */
  prints?: string;
}

export interface Page {
  /** From the root of the repository. */
  path: string;
  text: string;
  blocks: Block[];
}

/** README.md and everything below docs/. */
export function pages(): Page[] {
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
  const paths = docs.filter((path) => path.endsWith('.md')).map((path) => join('docs', path));
  return ['README.md', ...paths.sort()].map(readPage);
}

export function readPage(path: string): Page {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return { path, text, blocks: blocksOf(text) };
}

export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.split('\n');
  for (let start = 0; start < lines.length; start += 1) {
    const fence = /^```(.*)$/.exec(lines[start] ?? '');
    if (fence === null) continue;
    const end = lines.indexOf('```', start + 1);
    if (end < 0) throw new Error(`the block of line ${start + 1} has no end`);
    const block = { info: (fence[1] ?? '').trim(), line: start + 1, text: lines.slice(start + 1, end).join('\n') };
    const before = blocks.at(-1);
    if (block.info === 'text' && before !== undefined && isBlank(lines.slice(endOf(before), start))) {
      before.prints = block.text;
    }
    blocks.push(block);
    start = end;
  }
  return blocks;
}

const isBlank = (lines: readonly string[]): boolean => lines.every((line) => line.trim() === '');

/** The line of the closing fence, from 1. */
const endOf = ({ line, text }: Block): number => line + text.split('\n').length + 1;

/** Anchors of the headings, as GitHub makes them: https://docs.github.com/en/get-started/writing-on-github */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutBlocks(text).matchAll(/^#{1,6} +(.*)$/gm)) {
    const plain = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .trim()
      .toLowerCase();
    const slug = plain.replaceAll(/[^\p{L}\p{N}\p{M}\-_ ]/gu, '').replaceAll(' ', '-');
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again += 1) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}

export interface Link {
  line: number;
  target: string;
}

export function linksOf(text: string): Link[] {
  return withoutBlocks(text)
    .split('\n')
    .flatMap((line, index) =>
      [...line.replaceAll(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({
        line: index + 1,
        target,
      })),
    );
}

/** With as many lines as before. */
function withoutBlocks(text: string): string {
  return text.replaceAll(/^```[^]*?^```$/gm, (block) => block.replaceAll(/[^\n]/g, ''));
}
