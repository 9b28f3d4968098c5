/**
 * Two texts as a unified diff, as `diff -u` and `git diff` print it, so that `patch` takes it:
 * https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html
 */

/** Lines around a change. */
const CONTEXT = 3;
/** Cells of the table for one stretch between two common lines; a longer stretch is told as removed and added whole. */
const MAX_CELLS = 1_000_000;

const NO_NEWLINE = '\\ No newline at end of file';

type Sign = ' ' | '-' | '+';
interface Step {
  sign: Sign;
  line: string;
}

/** Empty where the texts are the same. Lines keep their carriage returns. */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  const steps = compare(linesOf(before), linesOf(after));
  const hunks = hunksOf(steps).map(({ start, end }) => hunk(steps, start, end));
  return `--- ${path}\n+++ ${path}\n${hunks.join('')}`;
}

/** Each with its line end, which the last one may lack. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function hunk(steps: readonly Step[], start: number, end: number): string {
  const count = (signs: string, from: number, to: number): number =>
    steps.slice(from, to).filter(({ sign }) => signs.includes(sign)).length;
  const range = (signs: string): string => {
    const lines = count(signs, start, end);
    // An empty range names the line before it.
    return `${count(signs, 0, start) + (lines === 0 ? 0 : 1)}${lines === 1 ? '' : `,${lines}`}`;
  };
  const body = steps
    .slice(start, end)
    .map(({ sign, line }) => (line.endsWith('\n') ? `${sign}${line}` : `${sign}${line}\n${NO_NEWLINE}\n`));
  return `@@ -${range(' -')} +${range(' +')} @@\n${body.join('')}`;
}

/** Changes with their context; those whose contexts meet are one hunk. */
function hunksOf(steps: readonly Step[]): { start: number; end: number }[] {
  const hunks: { start: number; end: number }[] = [];
  steps.forEach(({ sign }, index) => {
    if (sign === ' ') return;
    const last = hunks.at(-1);
    const [start, end] = [Math.max(0, index - CONTEXT), Math.min(steps.length, index + 1 + CONTEXT)];
    if (last !== undefined && start <= last.end) last.end = end;
    else hunks.push({ start, end });
  });
  return hunks;
}

/**
 * What both have at the ends is common. Between, lines that each side has once divide the rest into stretches (a patience diff),
 * and a table finds what is common within each of them.
 */
function compare(before: readonly string[], after: readonly string[]): Step[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const steps = before.slice(0, head).map((line): Step => ({ sign: ' ', line }));
  const [a, b] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
  let [i, j] = [0, 0];
  for (const [x, y] of [...anchors(a, b), [a.length, b.length] as const]) {
    steps.push(...stretch(a.slice(i, x), b.slice(j, y)));
    const line = a[x];
    if (line !== undefined) steps.push({ sign: ' ', line });
    [i, j] = [x + 1, y + 1];
  }
  for (const line of before.slice(before.length - tail)) steps.push({ sign: ' ', line });
  return steps;
}

type Pair = readonly [number, number];

/** Places of lines that both sides have once, as many as stand in the same order. */
function anchors(a: readonly string[], b: readonly string[]): Pair[] {
  const inB = onceIn(b);
  const pairs = [...onceIn(a)].flatMap(([line, x]): Pair[] => {
    const y = inB.get(line);
    return y === undefined ? [] : [[x, y]];
  });
  return longestRising(pairs.sort((one, other) => one[0] - other[0]));
}

/** By piles, each with what lies below: https://en.wikipedia.org/wiki/Patience_sorting */
function longestRising(pairs: readonly Pair[]): Pair[] {
  const tops: Card[] = [];
  for (const pair of pairs) {
    const at = firstAtLeast(tops, pair[1]);
    tops[at] = { pair, below: tops[at - 1] };
  }
  const found: Pair[] = [];
  for (let card = tops.at(-1); card !== undefined; card = card.below) found.push(card.pair);
  return found.reverse();
}

interface Card {
  pair: Pair;
  below: Card | undefined;
}

function firstAtLeast(tops: readonly Card[], wanted: number): number {
  let [low, high] = [0, tops.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const found = tops[middle]?.pair[1] ?? Infinity;
    if (found < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function onceIn(lines: readonly string[]): Map<string, number> {
  const once = new Map<string, number>();
  const more = new Set<string>();
  lines.forEach((line, index) => {
    if (more.has(line)) return;
    if (once.delete(line)) more.add(line);
    else once.set(line, index);
  });
  return once;
}

/** The longest common part of a short stretch, by a table. */
function stretch(a: readonly string[], b: readonly string[]): Step[] {
  const steps: Step[] = [];
  let [i, j] = [0, 0];
  if (a.length * b.length <= MAX_CELLS) {
    const common = commonTable(a, b);
    while (i < a.length && j < b.length) {
      if (a[i] === b[j]) {
        steps.push({ sign: ' ', line: a[i] ?? '' });
        [i, j] = [i + 1, j + 1];
      } else if (common(i + 1, j) >= common(i, j + 1)) {
        steps.push({ sign: '-', line: a[i] ?? '' });
        i += 1;
      } else {
        steps.push({ sign: '+', line: b[j] ?? '' });
        j += 1;
      }
    }
  }
  for (const line of a.slice(i)) steps.push({ sign: '-', line });
  for (const line of b.slice(j)) steps.push({ sign: '+', line });
  return steps;
}

/** How many lines are common from a place in each on. */
function commonTable(a: readonly string[], b: readonly string[]): (i: number, j: number) => number {
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => table[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      table[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  return at;
}
