/**
 * A part of a chain that can be handed out: whole segments, with a checkpoint that covers them. What lies before is named in the
 * manifest as removed, so that tree and hashes go on from there.
 */
import { createWhole, readIfThere, realFiles, type Files } from '../chain/files.js';
import { damaged } from '../chain/failure.js';
import { bytesOf } from '../chain/lines.js';
import { ATTACHMENTS, CHECKPOINT, CHECKPOINTS, inChain, MANIFEST, MAX_SEGMENT_BYTES } from '../chain/place.js';
import { joinNotes, parseCheckpoint, splitNotes } from '../proof/checkpoint.js';
import { manifestText, parseManifest, type Manifest, type SegmentEntry } from '../proof/manifest.js';
import { Tree } from '../proof/tree.js';
import { referencesIn } from '../record/group.js';
import { readEvidence, type Evidence, type Segment } from '../verify/evidence.js';

export interface Exported {
  chain: string;
  first: number;
  last: number;
}

/** RFC 3339 in UTC with milliseconds: from this time on, and before that one. */
export interface Span {
  since?: string | undefined;
  until?: string | undefined;
  /** Segments are not compressed, whatever the journal has: a reader needs no other program, and the bytes are always the same. */
  isPlain?: boolean;
  /**
   * Instead of times: the segments that hold these records, and of the last one no line that the checkpoint does not sign which is the
   * oldest kept one that covers them. A later export is the same, whatever was written since.
   */
  records?: { first: number; last: number };
}

interface Described {
  segment: Segment;
  entry: SegmentEntry;
}

/** Writes below `output`; undefined where the chain has no record of that time. */
export async function exportChain(
  folder: string,
  output: string,
  { since = '', until = '~', isPlain = false, records }: Span,
  files: Files = realFiles,
): Promise<Exported | undefined> {
  const evidence = await readEvidence(files, folder);
  const manifest = evidence.manifest === undefined ? undefined : parseManifest(evidence.manifest);
  if (manifest === undefined) throw damaged(folder, `${MANIFEST} cannot be read`);
  const all = describe(evidence, manifest).map((each) => (isPlain || records !== undefined ? plain(each) : each));
  const chosen =
    records === undefined
      ? all.filter(({ entry }) => entry.until >= since && entry.from < until)
      : upTo(signedEnd(evidence, records.last), { first: records.first, all, removed: manifest.removed });
  const [first] = chosen;
  const last = chosen.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const earlier = all.filter(({ entry }) => entry.last < first.entry.first);
  const before = earlier.map(({ entry: { fileHash: _, ...entry } }) => entry);
  const write = writer(files, inChain(output, manifest.chain, ''));
  await write(
    MANIFEST,
    manifestText({
      ...manifest,
      removed: [...manifest.removed, ...before],
      segments: chosen.map(({ entry }) => entry),
    }),
  );
  for (const { segment, entry } of chosen) await write(entry.file, await contentOf(files, evidence, segment, entry));
  for (const [file, text] of notes(evidence, last.entry.last)) await write(file, text);
  await copyAttachments(files, folder, chosen, write);
  return {
    chain: manifest.chain,
    first: first.entry.first,
    last: last.entry.last,
  };
}

/** Each segment with its entry; that of the open one is made. */
function describe({ segments }: Evidence, manifest: Manifest): Described[] {
  const { chain } = manifest;
  return segments.flatMap((segment, at) => {
    const number = segment.name.number;
    // Its retention is over, and a crash came before the file went.
    if (manifest.removed.some(({ file }) => Number.parseInt(file, 10) === number)) return [];
    const listed = manifest.segments.find(({ file }) => Number.parseInt(file, 10) === number);
    if (segment.fault !== undefined) throw damaged(chain, `${segment.name.file}: ${segment.fault}`);
    if (listed !== undefined) return [{ segment, entry: { ...listed, file: segment.name.file } }];
    if (at < segments.length - 1) throw damaged(chain, `${segment.name.file} is not described by ${MANIFEST}`);
    if (segment.lines.length === 0) return [];
    const before = manifest.segments.at(-1) ?? manifest.removed.at(-1);
    return [{ segment, entry: entryOf(segment, segment.name.file, before) }];
  });
}

/** `before`: of the segment before it. */
function entryOf({ name, lines }: Segment, file: string, before: SegmentEntry | undefined): SegmentEntry {
  const tree = before === undefined ? Tree.empty() : Tree.at(before.last, before.edge);
  const first = lines[0]?.record;
  const end = lines.at(-1);
  if (tree === undefined || first === undefined || end?.record === undefined)
    throw damaged(name.file, 'it has a line that is no record');
  for (const { bytes } of lines) tree.append(bytes);
  return {
    ...{
      file,
      first: first.seq,
      last: end.record.seq,
      hash: end.hash,
      root: tree.root(),
      edge: tree.edge,
    },
    ...{ from: first.time, until: end.record.time },
  };
}

/** Where the oldest kept checkpoint ends that covers this record; the record itself where none does yet. */
function signedEnd({ checkpoint, checkpoints }: Evidence, last: number): number {
  const notes = [...splitNotes(checkpoints ?? ''), parseCheckpoint(checkpoint ?? '')];
  const sizes = notes.flatMap((note) => (note !== undefined && note.size >= last ? [note.size] : []));
  return sizes.length === 0 ? last : Math.min(...sizes);
}

/** The segments of these records; what the last one holds beyond them is cut off. */
function upTo(last: number, { first, all, removed }: Known): Described[] {
  const chosen = all.filter(({ entry }) => entry.last >= first && entry.first <= last);
  return chosen.map((each, at) => {
    if (each.entry.last <= last) return each;
    const segment = { ...each.segment, lines: each.segment.lines.slice(0, last - each.entry.first + 1) };
    const before = (chosen[at - 1] ?? all[all.indexOf(each) - 1])?.entry ?? removed.at(-1);
    return { segment, entry: entryOf(segment, each.entry.file, before) };
  });
}

interface Known {
  first: number;
  all: readonly Described[];
  /** Of the manifest. */
  removed: readonly SegmentEntry[];
}

function plain({ segment, entry: { fileHash: _, ...entry } }: Described): Described {
  return { segment, entry: { ...entry, file: entry.file.replace(/\.gz$/, '') } };
}

/** A closed one as it is; of the open one the lines that were read, which its entry describes. */
async function contentOf(
  files: Files,
  { folder }: Evidence,
  { name, lines }: Segment,
  { file }: SegmentEntry,
): Promise<Buffer> {
  if (name.isCompressed && file.endsWith('.gz')) return files.read(`${folder}/${file}`, MAX_SEGMENT_BYTES);
  return bytesOf(lines.map(({ bytes }) => bytes));
}

/**
 * The checkpoints that are about what is exported: the oldest of those that cover the most of it, and those that were kept when that one
 * was signed, which it names. So an export is the same before and after that one is kept itself.
 */
function notes({ checkpoint, checkpoints }: Evidence, last: number): [string, string][] {
  const kept = splitNotes(checkpoints ?? '').flatMap((note) => (note !== undefined && note.size <= last ? [note] : []));
  const newest = checkpoint === undefined ? undefined : parseCheckpoint(checkpoint);
  const all = newest !== undefined && newest.size <= last ? [...kept, newest] : kept;
  const most = Math.max(...all.map(({ size }) => size));
  const top = all.find(({ size }) => size === most);
  if (top === undefined) return [];
  const before = all.slice(0, all.indexOf(top)).map(({ text }) => text);
  return [
    [CHECKPOINT, top.text],
    ...(before.length === 0 ? [] : [[CHECKPOINTS, joinNotes(before)] satisfies [string, string]]),
  ];
}

async function copyAttachments(
  files: Files,
  folder: string,
  chosen: readonly Described[],
  write: Write,
): Promise<void> {
  const records = chosen.flatMap(({ segment }) => segment.lines).flatMap(({ record }) => record ?? []);
  const names = new Set(records.flatMap(({ data }) => referencesIn(data)).map(({ sha256 }) => `${sha256}.json`));
  for (const name of names) {
    const bytes = await readIfThere(files, `${folder}/${ATTACHMENTS}/${name}`, MAX_SEGMENT_BYTES);
    if (bytes !== undefined) await write(`${ATTACHMENTS}/${name}`, bytes);
  }
}

type Write = (file: string, content: string | Buffer) => Promise<void>;

const writer =
  (files: Files, folder: string): Write =>
  async (file, content) => {
    const path = `${folder}/${file}`;
    await files.makeFolder(path.slice(0, path.lastIndexOf('/')));
    await createWhole(files, path, [typeof content === 'string' ? Buffer.from(content) : content]);
  };
