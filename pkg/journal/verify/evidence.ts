/** The files of one chain, read once: the checkpoints first, so that a writer at work is never behind them. */
import { faultText } from '../../base/index.js';
import { segmentBytes } from '../chain/closed.js';
import { isAbsent, listIfThere, readIfThere, type Files } from '../chain/files.js';
import { splitLines } from '../chain/lines.js';
import {
  CHECKPOINT,
  CHECKPOINTS,
  MANIFEST,
  MAX_SEGMENT_BYTES,
  MAX_SMALL_FILE_BYTES,
  segmentsOf,
  type SegmentName,
} from '../chain/place.js';
import { hashOf, isCanonical, parseLine } from '../record/line.js';
import type { JournalRecord } from '../record/record.js';

export interface Line {
  file: string;
  /** From 1. */
  line: number;
  bytes: Buffer;
  hash: string;
  /** Absent where the bytes are no record. */
  record?: JournalRecord;
}

export interface Segment {
  name: SegmentName;
  /** SHA-256 of the file as it is. */
  fileHash: string;
  lines: Line[];
  /** Bytes after the last line end. */
  rest: number;
  /** Why nothing of it could be read. */
  fault?: string;
}

export interface Evidence {
  folder: string;
  checkpoint?: string;
  checkpoints?: string;
  manifest?: string;
  segments: Segment[];
}

/** A writer may compress a segment meanwhile: its name then is another one. */
const TRIES = 3;

export async function readEvidence(files: Files, folder: string): Promise<Evidence> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await readOnce(files, folder);
    } catch (error) {
      if (left <= 1 || !isAbsent(error)) throw error;
    }
  }
}

async function readOnce(files: Files, folder: string): Promise<Evidence> {
  const text = async (file: string): Promise<string | undefined> =>
    (await readIfThere(files, `${folder}/${file}`, MAX_SMALL_FILE_BYTES))?.toString();
  const checkpoint = await text(CHECKPOINT);
  const checkpoints = await text(CHECKPOINTS);
  const segments: Segment[] = [];
  for (const name of segmentsOf(await listIfThere(files, folder))) {
    segments.push(await readSegment(files, folder, name));
  }
  const manifest = await text(MANIFEST);
  return {
    folder,
    segments,
    ...(checkpoint !== undefined && { checkpoint }),
    ...(checkpoints !== undefined && { checkpoints }),
    ...(manifest !== undefined && { manifest }),
  };
}

async function readSegment(files: Files, folder: string, name: SegmentName): Promise<Segment> {
  const { file } = name;
  const found = await files.read(`${folder}/${file}`, MAX_SEGMENT_BYTES);
  const fileHash = hashOf(found);
  let bytes: Buffer;
  try {
    bytes = await segmentBytes(found, name.isCompressed);
  } catch (error) {
    return { name, fileHash, lines: [], rest: 0, fault: `it cannot be decompressed: ${faultText(error)}` };
  }
  const { lines, rest } = splitLines(bytes);
  return { name, fileHash, rest: rest.length, lines: lines.map((line, at) => lineOf(file, at + 1, line)) };
}

function lineOf(file: string, line: number, bytes: Buffer): Line {
  const record = parseLine(bytes);
  return { file, line, bytes, hash: hashOf(bytes), ...(record !== undefined && { record }) };
}

export const isCanonicalLine = ({ bytes }: Line): boolean => isCanonical(bytes);
