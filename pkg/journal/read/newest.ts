/** The newest lines of a policy's chains, a segment at a time from the end: what people look at first is read first. */
import { join } from 'node:path';
import { segmentBytes } from '../chain/closed.js';
import { isAbsent, listIfThere, type Files } from '../chain/files.js';
import { splitLines } from '../chain/lines.js';
import { MAX_SEGMENT_BYTES, segmentsOf } from '../chain/place.js';
import { hashOf, parseLine } from '../record/line.js';
import type { JournalRecord } from '../record/record.js';

export interface NewestLine {
  record: JournalRecord;
  /** Of the line, as the next record names it. */
  hash: string;
}

export interface NewestRequest {
  /** Of the chains. */
  folders: readonly string[];
  /** Asked of a line before it is parsed. */
  mayBe?: (line: Buffer) => boolean;
  isWanted: (record: JournalRecord) => boolean;
  skip: number;
  count: number;
}

export interface Newest {
  lines: NewestLine[];
  /** How many there are in all. */
  total: number;
}

/** By time, the newest first. Throws what the file system throws. */
export async function newestLines(files: Files, request: NewestRequest): Promise<Newest> {
  const found: NewestLine[] = [];
  let total = 0;
  for (const folder of request.folders) {
    const own = await newestOf(files, folder, request);
    found.push(...own.lines);
    total += own.total;
  }
  // Stable: of one time, and in a chain, the order of the chain.
  found.sort((a, b) => (a.record.time < b.record.time ? 1 : a.record.time > b.record.time ? -1 : 0));
  return { lines: found.slice(request.skip, request.skip + request.count), total };
}

async function newestOf(files: Files, folder: string, request: NewestRequest): Promise<Newest> {
  const { mayBe = (): boolean => true, isWanted, skip, count } = request;
  const newest: Newest = { lines: [], total: 0 };
  for (const { file, isCompressed } of segmentsOf(await listIfThere(files, folder)).reverse()) {
    for (const line of (await linesIn(files, join(folder, file), isCompressed)).reverse()) {
      const record = mayBe(line) ? parseLine(line) : undefined;
      if (record === undefined || !isWanted(record)) continue;
      newest.total += 1;
      if (newest.lines.length < skip + count) newest.lines.push({ record, hash: hashOf(line) });
    }
  }
  return newest;
}

/** A segment that was compressed or removed meanwhile has none under this name. */
async function linesIn(files: Files, path: string, isCompressed: boolean): Promise<Buffer[]> {
  const bytes = await files.read(path, MAX_SEGMENT_BYTES).catch(async (error: unknown) => {
    if (!isAbsent(error)) throw error;
    return undefined;
  });
  return bytes === undefined ? [] : splitLines(await segmentBytes(bytes, isCompressed)).lines;
}
