/** The records of one chain from some time on, a segment at a time: a chain of years does not fit into memory. */
import { ownTurn } from '../../base/index.js';
import { segmentBytes } from '../chain/closed.js';
import { isAbsent, listIfThere, readIfThere, type Files } from '../chain/files.js';
import { splitLines } from '../chain/lines.js';
import { MANIFEST, MAX_SEGMENT_BYTES, MAX_SMALL_FILE_BYTES, segmentsOf, type SegmentName } from '../chain/place.js';
import { parseManifest, type SegmentEntry } from '../proof/manifest.js';
import { Groups, type WholeRecord } from '../record/group.js';
import { MAX_LINE_BYTES, parseLine } from '../record/line.js';
import type { JournalRecord } from '../record/record.js';

/** A segment, with its first record. */
export interface ChainSegment {
  folder: string;
  name: SegmentName;
  /** Its first line alone: of a long record, the first part. */
  first: JournalRecord;
}

/** A writer may compress a segment meanwhile: its name then is another one. */
const TRIES = 3;

/**
 * The segments of a chain from the one on that a replay of this time begins with: the last that began before it. RFC 3339. Those whose
 * first line is no record are left out.
 */
export async function segmentsFrom(files: Files, folder: string, since: string): Promise<ChainSegment[]> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await segmentsOnce(files, folder, since);
    } catch (error) {
      if (left <= 1 || !isAbsent(error)) throw error;
    }
  }
}

async function segmentsOnce(files: Files, folder: string, since: string): Promise<ChainSegment[]> {
  const { closed, removed } = await described(files, folder);
  const names = segmentsOf(await listIfThere(files, folder)).filter(({ number }) => !removed.has(number));
  const starts = names.findLastIndex(({ number }) => (closed.get(number)?.from ?? '~') <= since);
  const segments: ChainSegment[] = [];
  for (const name of names.slice(Math.max(0, starts))) {
    const first = await firstRecord(files, folder, name);
    if (first === undefined) continue;
    // The open one, which nothing describes yet, may have begun before that time as well.
    if (first.time <= since) segments.length = 0;
    segments.push({ folder, name, first });
  }
  return segments;
}

/** By the number of the segment. */
async function described(
  files: Files,
  folder: string,
): Promise<{ closed: Map<number, SegmentEntry>; removed: Set<number> }> {
  const text = await readIfThere(files, `${folder}/${MANIFEST}`, MAX_SMALL_FILE_BYTES);
  const manifest = text === undefined ? undefined : parseManifest(text.toString());
  const numberOf = ({ file }: SegmentEntry): number => Number.parseInt(file, 10);
  return {
    closed: new Map((manifest?.segments ?? []).map((entry) => [numberOf(entry), entry])),
    removed: new Set((manifest?.removed ?? []).map(numberOf)),
  };
}

async function firstRecord(files: Files, folder: string, name: SegmentName): Promise<JournalRecord | undefined> {
  // A line that is longer than this is no record.
  const bytes = await partOf(files, { folder, name, offset: 0, length: MAX_LINE_BYTES + 1 });
  const end = bytes.indexOf(0x0a);
  return end < 0 ? undefined : parseLine(bytes.subarray(0, end));
}

async function bytesOf(files: Files, folder: string, name: SegmentName): Promise<Buffer> {
  try {
    return await segmentBytes(await files.read(`${folder}/${name.file}`, MAX_SEGMENT_BYTES), name.isCompressed);
  } catch (error) {
    if (name.isCompressed || !isAbsent(error)) throw error;
    // Compressed meanwhile.
    return segmentBytes(await files.read(`${folder}/${name.file}.gz`, MAX_SEGMENT_BYTES), true);
  }
}

interface PartOfSegment {
  folder: string;
  name: SegmentName;
  offset: number;
  length: number;
}

/** Fewer bytes where the lines of the segment end; none beyond them. Of one that is compressed the whole is unpacked for it. */
async function partOf(files: Files, { folder, name, offset, length }: PartOfSegment): Promise<Buffer> {
  if (!name.isCompressed) {
    try {
      return await files.readFrom(`${folder}/${name.file}`, offset, length);
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }
  return (await bytesOf(files, folder, name)).subarray(offset, offset + length);
}

/** Of a segment that is not compressed, in memory at one time. */
const PART_BYTES = 262_144;

/** The lines of a segment, some at a time, with a turn for others in between: reports are made beside passes. */
async function* linesOf(files: Files, folder: string, name: SegmentName): AsyncGenerator<Buffer[]> {
  if (name.isCompressed) {
    yield splitLines(await bytesOf(files, folder, name)).lines;
    return;
  }
  let offset = 0;
  let length = PART_BYTES;
  for (;;) {
    const bytes = await partOf(files, { folder, name, offset, length });
    const { lines, rest } = splitLines(bytes);
    yield lines;
    if (bytes.length < length) return;
    offset += bytes.length - rest.length;
    // A line that is longer than a part is none of ours; those behind it are read all the same.
    if (lines.length === 0) length *= 2;
    await ownTurn();
  }
}

/** What a reader is told of beside records. */
export interface LineCount {
  /** Lines that are no records, by the folder of the chain. */
  unreadable: Set<string>;
  /** Bytes of all lines that were read. */
  bytes: number;
}

/** `kinds`: of others no line is parsed. */
export interface WholeRecords {
  count: LineCount;
  kinds?: readonly string[] | undefined;
}

/** Whole records of the segments, in order. */
export async function* wholeRecords(
  files: Files,
  segments: readonly ChainSegment[],
  { count, kinds }: WholeRecords,
): AsyncGenerator<WholeRecord> {
  // Lines are canonical, and within a text the quotes would be escaped.
  const words = kinds?.map((kind) => `"kind":"${kind}"`);
  const groups = new Groups();
  for (const { folder, name } of segments) {
    for await (const lines of linesOf(files, folder, name)) {
      for (const line of lines) {
        if (words !== undefined && !words.some((word) => line.includes(word))) continue;
        const record = parseLine(line);
        if (record === undefined) count.unreadable.add(folder);
        count.bytes += line.length + 1;
        const whole = record && groups.push(record);
        if (whole !== undefined) yield whole;
      }
    }
  }
}
