/** The journal as a power cut would leave it, read line by line and by no code of the product. */
import type { Volume } from '../disk/volume.js';

export interface Line {
  kind: string;
  seq: number;
  chain: string;
  time: string;
  pass?: string;
  part?: [number, number];
  data: Record<string, unknown>;
}

const OUTCOMES = new Set(['WriteProved', 'WriteUnproved', 'WriteRefused', 'WriteSuperseded']);

/** Whole lines of each chain, in the order of their files; `isSafe`: of what was flushed alone. */
export function linesOf(volume: Volume, { isSafe }: { isSafe: boolean }): Map<string, Line[]> {
  const root = isSafe ? volume.root.safe.get('.journal') : volume.root.names.get('.journal');
  const chains = new Map<string, Line[]>();
  if (root?.kind !== 'folder') return chains;
  const files = isSafe ? [...volume.safeFiles(root)] : [...filesNow(root)];
  for (const [path, bytes] of files.sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!/\/\d{8}\.jsonl$/.test(path)) continue;
    const chain = path.slice(0, path.lastIndexOf('/'));
    const text = bytes.toString();
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const lines = whole.split('\n').filter((line) => line !== '');
    chains.set(chain, [...(chains.get(chain) ?? []), ...lines.map((line) => JSON.parse(line) as Line)]);
  }
  return chains;
}

function* filesNow(
  folder: Extract<ReturnType<Volume['node']>, { kind: 'folder' }>,
  below = '',
): Generator<[string, Buffer]> {
  for (const [name, node] of folder.names) {
    if (node.kind === 'folder') yield* filesNow(node, `${below}/${name}`);
    else yield [`${below}/${name}`, node.data];
  }
}

/** Some chain ends with an open intent of that membership. */
export function holdsIntent(volume: Volume, hashAfter: string, { isSafe }: { isSafe: boolean }): boolean {
  for (const lines of linesOf(volume, { isSafe }).values()) {
    const last = lines.findLast(({ kind }) => kind === 'WriteIntended' || OUTCOMES.has(kind));
    if (last?.kind === 'WriteIntended' && last.data['hashAfter'] === hashAfter) return true;
  }
  return false;
}
