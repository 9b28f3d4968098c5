/** What Stryker reports, judged: https://github.com/stryker-mutator/mutation-testing-elements/tree/master/packages/report-schema */
import type { Room } from './rooms.js';

interface Mutant {
  mutatorName: string;
  replacement: string;
  status: 'Killed' | 'Timeout' | 'Survived' | 'NoCoverage' | 'Ignored' | 'RuntimeError' | 'CompileError';
  location: { start: Position; end: Position };
}

interface Position {
  line: number;
  column: number;
}

export interface Report {
  files: Record<string, { source: string; mutants: Mutant[] }>;
}

/** How much of a text is shown of it. */
const SHOWN = 100;

export function judged(room: Room, { files }: Report, explained: string): { text: string; isGood: boolean } {
  const known = new Set(explained.split('\n'));
  const all = Object.entries(files).flatMap(([file, { source, mutants }]) =>
    mutants.map((mutant) => ({ file, mutant, line: lineOf(file, source, mutant) })),
  );
  const of = (...states: Mutant['status'][]): typeof all => all.filter(({ mutant }) => states.includes(mutant.status));
  const noticed = of('Killed', 'Timeout').length;
  const missed = of('Survived', 'NoCoverage');
  const share = noticed / Math.max(1, noticed + missed.length);
  const open = missed.filter(({ line }) => !known.has(line));
  const counts = `${noticed} noticed, ${missed.length} not, ${missed.length - open.length} of these explained, ${of('Ignored').length} made while modules load`;
  const text = [
    `${room.name}: ${(share * 100).toFixed(1)} % (${counts})`,
    ...open.map(({ mutant, line }) => `  line ${mutant.location.start.line}: ${line}`),
  ].join('\n');
  return { text, isGood: share >= room.least && open.length === 0 };
}

/** Without its number, which moves: the file, the kind of fault, what stands there and what is planted. */
function lineOf(file: string, source: string, { mutatorName, replacement, location }: Mutant): string {
  const { start, end } = location;
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  lines[last] = lines[last]?.slice(0, end.column - 1) ?? '';
  lines[0] = lines[0]?.slice(start.column - 1) ?? '';
  return `${file} | ${mutatorName} | ${plain(lines.join('\n'))} | ${plain(replacement)}`;
}

const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, SHOWN);
