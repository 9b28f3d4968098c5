/** Reads a chain as its writer needs it: the manifest, the open segment, and whether anything contradicts them. */
import { hashOf } from '../record/line.js';
import type { Head } from '../record/fields.js';
import { NO_HASH } from '../record/record.js';
import { originOf, parseCheckpoint, type Checkpoint } from '../proof/checkpoint.js';
import { newManifest, parseManifest, type Manifest } from '../proof/manifest.js';
import { Tree } from '../proof/tree.js';
import { damaged } from './failure.js';
import { listIfThere, readIfThere, replaceWhole, type Files } from './files.js';
import { readKept } from './keep-note.js';
import {
  CHECKPOINT,
  MANIFEST,
  MAX_SEGMENT_BYTES,
  MAX_SMALL_FILE_BYTES,
  segmentFile,
  segmentsOf,
  type SegmentName,
} from './place.js';
import { readSegment } from './segment-lines.js';
import { ChainState, contradicts, dayOf } from './state.js';

export interface ReadChain {
  state: ChainState;
  /** A file of a torn line that no record names yet. */
  torn?: { file: string; bytes: number; sha256: string };
}

export interface ReadOptions {
  files: Files;
  folder: string;
  chain: string;
  /** The verifier key of a chain that has no manifest yet. */
  vkey: string;
  /** What the status of the policy says of this chain. */
  known: Head | undefined;
}

/** Throws PLUS1_JOURNAL_DAMAGED, or what the file system throws. */
export async function readChain(options: ReadOptions): Promise<ReadChain> {
  const { files, folder, chain, known } = options;
  const segments = segmentsOf(await listIfThere(files, folder));
  const manifest = await readManifest(options, segments);
  const open = openSegment(manifest, segments, chain);
  const state = stateBefore(open.number, manifest, options);
  const checkpoint = await readCheckpoint(options);
  const rest = await readSegment(files, { folder, name: open.name }, (line) => {
    const fault = state.read(line);
    if (fault !== undefined) throw damaged(chain, `${segmentFile(open.number)}: ${fault}`);
    assertFits(state, checkpoint, known);
    noteCheckpoint(state, checkpoint);
  });
  assertWhole(state, checkpoint, known);
  if (state.segment.isStarted !== true) await recallBefore(state, options, segments);
  // Its day is not known any more: an empty one differs from every other, so that the note is kept.
  if (checkpoint !== undefined) state.checkpoint ??= { ...checkpoint, day: '' };
  state.notes = await readKept(files, folder, checkpoint);
  const torn = await moveTorn(state, rest, { files, isCompressed: open.name?.isCompressed === true });
  return { state, ...(torn !== undefined && { torn }) };
}

function noteCheckpoint(state: ChainState, checkpoint: Checkpoint | undefined): void {
  const { seq, time } = state.position;
  if (checkpoint?.size === seq) state.checkpoint = { ...checkpoint, day: dayOf(time) };
}

/** A crash cut the first record of the open segment: what the segment before says still holds. */
async function recallBefore(
  state: ChainState,
  { files, folder }: ReadOptions,
  segments: readonly SegmentName[],
): Promise<void> {
  const name = segments.find(({ number }) => number === state.segment.number - 1);
  const recalling = state.recalling();
  await readSegment(files, { folder, name }, (line) => recalling.take(line));
}

async function readManifest(
  { files, folder, chain, vkey }: ReadOptions,
  segments: readonly SegmentName[],
): Promise<Manifest> {
  const text = (await readIfThere(files, `${folder}/${MANIFEST}`, MAX_SMALL_FILE_BYTES))?.toString();
  if (text === undefined && segments.length > 0) throw damaged(chain, `${MANIFEST} is missing`);
  const manifest = text === undefined ? newManifest(chain, [vkey]) : parseManifest(text);
  if (manifest?.chain !== chain) throw damaged(chain, `${MANIFEST} is not the manifest of this chain`);
  return manifest;
}

/** The last one, whether it is closed already or not; those before it must be there, and described. */
function openSegment(
  { segments: closed, removed }: Manifest,
  segments: readonly SegmentName[],
  chain: string,
): { number: number; name?: SegmentName } {
  const numbers = closed.map(({ file }) => Number.parseInt(file, 10));
  const gone = removed.map(({ file }) => Number.parseInt(file, 10));
  const here = segments.filter(({ number }) => !gone.includes(number));
  for (const number of numbers)
    if (!here.some((each) => each.number === number)) throw damaged(chain, `${segmentFile(number)} is missing`);
  const next = (numbers.at(-1) ?? gone.at(-1) ?? 0) + 1;
  const others = here.filter(({ number }) => !numbers.includes(number));
  const [name] = others;
  if (others.length > 1 || (name !== undefined && name.number !== next))
    throw damaged(chain, `${others.at(-1)?.file} is not described by ${MANIFEST}`);
  if (name !== undefined) return { number: next, name };
  const last = here.at(-1);
  return last === undefined ? { number: next } : { number: last.number, name: last };
}

function stateBefore(number: number, manifest: Manifest, { chain, folder }: ReadOptions): ChainState {
  const before = [...manifest.removed, ...manifest.segments].findLast(({ file }) => Number.parseInt(file, 10) < number);
  const tree = before === undefined ? Tree.empty() : Tree.at(before.last, before.edge);
  if (tree === undefined || (before !== undefined && tree.root() !== before.root))
    throw damaged(chain, `${MANIFEST} contradicts itself`);
  return new ChainState({
    chain,
    folder,
    manifest,
    tree,
    segment: { number, size: 0 },
    position: { seq: before?.last ?? 0, hash: before?.hash ?? NO_HASH, time: before?.until ?? '' },
  });
}

async function readCheckpoint({ files, folder, chain }: ReadOptions): Promise<Checkpoint | undefined> {
  const text = (await readIfThere(files, `${folder}/${CHECKPOINT}`, MAX_SMALL_FILE_BYTES))?.toString();
  if (text === undefined) return undefined;
  const checkpoint = parseCheckpoint(text);
  if (checkpoint?.origin !== originOf(chain)) throw damaged(chain, `${CHECKPOINT} is no checkpoint of this chain`);
  return checkpoint;
}

function assertFits(
  { chain, tree, position }: ChainState,
  checkpoint: Checkpoint | undefined,
  known: Head | undefined,
): void {
  if (checkpoint !== undefined && contradicts(checkpoint, tree))
    throw damaged(chain, `records 1 to ${checkpoint.size} are not those that ${CHECKPOINT} signs`);
  if (known?.sequence === position.seq && known.hash !== position.hash)
    throw damaged(chain, `record ${known.sequence} is not the one that the status of the policy names`);
}

function assertWhole(
  { chain, position: { seq } }: ChainState,
  checkpoint: Checkpoint | undefined,
  known: Head | undefined,
): void {
  if (checkpoint !== undefined && checkpoint.size > seq)
    throw damaged(chain, `it ends at record ${seq}, and ${CHECKPOINT} signs ${checkpoint.size} records`);
  if (known !== undefined && known.sequence > seq)
    throw damaged(chain, `it ends at record ${seq}, and the status of the policy names record ${known.sequence}`);
}

/** Moves what stands after the last line end beside the segment. The bytes are in one of both files at any moment. */
async function moveTorn(
  state: ChainState,
  rest: Buffer,
  { files, isCompressed }: { files: Files; isCompressed: boolean },
): Promise<ReadChain['torn']> {
  const segment = segmentFile(state.segment.number);
  const path = `${state.folder}/${segment}`;
  const file = `${segment}.torn`;
  let kept = await readIfThere(files, `${state.folder}/${file}`, MAX_SEGMENT_BYTES);
  if (rest.length > 0 && isCompressed) throw damaged(state.chain, `${segment}.gz does not end with a line end`);
  if (rest.length > 0) {
    // A crash between the copy and the cut finds the same bytes in both.
    if (kept === undefined || !kept.subarray(-rest.length).equals(rest))
      kept = kept === undefined ? rest : Buffer.concat([kept, Buffer.from('\n'), rest]);
    await replaceWhole(files, `${state.folder}/${file}`, kept);
    await files.syncFolder(state.folder);
    await cut(files, path, state.segment.size);
  } else if (state.segment.size === 0) {
    await removeEmpty(files, path);
  }
  if (kept === undefined) return undefined;
  const sha256 = hashOf(kept);
  return state.repaired.get(file) === sha256 ? undefined : { file, bytes: kept.length, sha256 };
}

async function cut(files: Files, path: string, size: number): Promise<void> {
  if (size === 0) return files.remove(path);
  const open = await files.open(path);
  try {
    await open.truncate(size);
    await open.sync();
  } finally {
    await open.close();
  }
}

/** A process was killed between the making of the file and its first byte. */
async function removeEmpty(files: Files, path: string): Promise<void> {
  if ((await readIfThere(files, path, MAX_SEGMENT_BYTES))?.length === 0) await files.remove(path);
}
