/** The checkpoints of a chain, and those that somebody kept: whether they are of these records. */
import { originOf, parseCheckpoint, splitNotes, type Checkpoint } from '../proof/checkpoint.js';
import type { Tree } from '../proof/tree.js';
import { CHECKPOINT, CHECKPOINTS } from '../chain/place.js';
import type { Evidence, Segment } from './evidence.js';
import { fileFault, type Fault } from './fault.js';

/** A checkpoint and where it was found. */
export interface Found {
  checkpoint: Checkpoint;
  file: string;
  source: 'newest' | 'kept' | 'given';
}

export interface FoundCheckpoints {
  found: Found[];
  faults: Fault[];
}

export function ownCheckpoints(evidence: Evidence, chain: string): FoundCheckpoints {
  const faults: Fault[] = [];
  const found: Found[] = [];
  const take = (checkpoint: Checkpoint | undefined, file: string, source: Found['source']): void => {
    if (checkpoint?.origin === originOf(chain)) found.push({ checkpoint, file, source });
    else faults.push(fileFault('signature-wrong', file, 'it is no checkpoint of this chain'));
  };
  if (evidence.checkpoint !== undefined) take(parseCheckpoint(evidence.checkpoint), CHECKPOINT, 'newest');
  // It is replaced whole, so that no crash leaves an empty one.
  if (evidence.checkpoints === '') faults.push(fileFault('signature-wrong', CHECKPOINTS, 'it is empty'));
  for (const each of splitNotes(evidence.checkpoints ?? ''))
    // The newest one may be kept as well: what is wrong with it is told once.
    if (each === undefined || each.text !== evidence.checkpoint) take(each, CHECKPOINTS, 'kept');
  const kept = Math.max(0, ...found.filter(({ source }) => source === 'kept').map(({ checkpoint }) => checkpoint.size));
  const newest = found.find(({ source }) => source === 'newest')?.checkpoint.size;
  if (evidence.checkpoint === undefined && kept > 0)
    faults.push(fileFault('signature-wrong', CHECKPOINT, `it is missing, though ${CHECKPOINTS} has some`));
  else if (newest !== undefined && newest < kept)
    faults.push(fileFault('signature-wrong', CHECKPOINT, `it is older than the newest one in ${CHECKPOINTS}`));
  return { found, faults };
}

/** The root of the tree at each size that a checkpoint names, and at the end. */
export function rootsAt(
  sizes: ReadonlySet<number>,
  segments: readonly Segment[],
  before: Tree,
): { at: Map<number, string>; end: Tree } {
  const tree = before.copy();
  const at = new Map<number, string>();
  const note = (): void => void (sizes.has(tree.size) && at.set(tree.size, tree.root()));
  note();
  for (const { lines } of segments) {
    for (const { bytes } of lines) {
      tree.append(bytes);
      note();
    }
  }
  return { at, end: tree };
}

/** `last`: number of the last record. `roots`: undefined where the records are not in order. */
export function judgeCheckpoint(
  { checkpoint, file, source }: Found,
  {
    last,
    end,
    roots,
  }: { last: number; end: { file: string; line: number } | undefined; roots: ReadonlyMap<number, string> | undefined },
): Fault | undefined {
  const { size, root } = checkpoint;
  if (size > last)
    return {
      ...{ code: 'tail-cut', file: end?.file ?? null, line: end?.line ?? null, sequence: last + 1 },
      message: `it ends at record ${last}, and ${file} signs ${size} records`,
    };
  const own = roots?.get(size);
  if (own === undefined || own === root) return undefined;
  if (source === 'given')
    return fileFault('history-rewritten', file, `the first ${size} records are not those that this checkpoint signs`);
  const message = `the root over ${size} records is ${own}, not ${root}: ${size === last ? 'the last line was changed, or all of them were rewritten' : 'they were rewritten'}`;
  return { ...fileFault('root-differs', file, message), sequence: size };
}
