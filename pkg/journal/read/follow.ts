/**
 * Reads a chain from where a reader stopped, for those that hand its records on one after the other. What is in the open segment is read
 * from its end alone: a journal of a year is read once, and after that only what was added.
 */
import { join } from 'node:path';
import { segmentBytes } from '../chain/closed.js';
import { isAbsent, listIfThere, readIfThere, type Files } from '../chain/files.js';
import { splitLines } from '../chain/lines.js';
import { MANIFEST, MAX_SEGMENT_BYTES, MAX_SMALL_FILE_BYTES, segmentsOf, type SegmentName } from '../chain/place.js';
import { parseManifest } from '../proof/manifest.js';
import { parseLine } from '../record/line.js';
import type { JournalRecord } from '../record/record.js';

/** A record as it stands in the journal. */
export interface FollowedLine {
  record: JournalRecord;
  /** Without the line end. */
  bytes: Buffer;
}

export interface Followed {
  lines: FollowedLine[];
  /** True where the chain may have more. */
  hasMore: boolean;
}

export interface FollowRequest {
  /** `seq` of the last record that was read; 0 before the first. */
  after: number;
  /** The last `seq` that may be read: a writer may still take back what comes after it. */
  until: number;
  records: number;
  bytes: number;
}

/** Of the open segment, at one time. */
const READ_BYTES = 1_048_576;
/** A writer may compress a segment meanwhile: its name then is another one. */
const TRIES = 3;

interface Place {
  segment: number;
  /** Where the line after the last one that was read begins. */
  offset: number;
  /** `seq` of the last one. */
  seq: number;
}

/** `seq` of the last record of the segments that are closed: what counts now is told by the first record after it. 0 where none is. */
export async function lastClosed(files: Files, folder: string): Promise<number> {
  const bytes = await readIfThere(files, join(folder, MANIFEST), MAX_SMALL_FILE_BYTES);
  const segments = bytes === undefined ? [] : (parseManifest(bytes.toString())?.segments ?? []);
  return segments.at(-1)?.last ?? 0;
}

/** One segment in memory at a time, and only while it is read from its start. */
export class ChainFollower {
  readonly #files: Files;
  readonly #folder: string;
  #place: Place | undefined;
  /** The lines of a closed segment, while they are handed on, and the one that is next. */
  #held: { segment: number; lines: Buffer[]; at: number } | undefined;

  constructor(files: Files, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  /**
   * The records that follow, line by line: what was split over several lines is handed on so, with its `part`. A line that is no record
   * is left out; `verify` says what is wrong with it.
   */
  async read(request: FollowRequest): Promise<Followed> {
    for (let left = TRIES; ; left -= 1) {
      try {
        return await this.#read(request);
      } catch (error) {
        this.#place = undefined;
        this.#held = undefined;
        if (left <= 1 || !isAbsent(error)) throw error;
      }
    }
  }

  async #read(request: FollowRequest): Promise<Followed> {
    const taken = new Taken(request);
    for (const segment of await this.#segments(request.after)) {
      await this.#readSegment(segment, taken);
      if (taken.isFull) return { lines: taken.lines, hasMore: true };
    }
    this.#held = undefined;
    return { lines: taken.lines, hasMore: false };
  }

  /** From the one in which the reader stands; where nobody knows, those that the manifest does not say are behind it. */
  async #segments(after: number): Promise<SegmentName[]> {
    const segments = segmentsOf(await listIfThere(this.#files, this.#folder));
    const place = this.#place;
    if (place?.seq === after) return segments.filter(({ number }) => number >= place.segment);
    this.#place = undefined;
    const behind = await this.#behind(after);
    return segments.filter(({ number }) => !behind.has(number));
  }

  async #behind(after: number): Promise<ReadonlySet<number>> {
    if (after === 0) return new Set();
    const bytes = await readIfThere(this.#files, join(this.#folder, MANIFEST), MAX_SMALL_FILE_BYTES);
    const closed = bytes === undefined ? [] : (parseManifest(bytes.toString())?.segments ?? []);
    const behind = closed.filter(({ last }) => last <= after).map(({ file }) => file);
    return new Set(segmentsOf(behind).map(({ number }) => number));
  }

  async #readSegment(segment: SegmentName, taken: Taken): Promise<void> {
    if (segment.isCompressed) return this.#readClosed(segment, taken);
    let offset = this.#place?.segment === segment.number ? this.#place.offset : 0;
    for (;;) {
      const bytes = await this.#files.readFrom(join(this.#folder, segment.file), offset, READ_BYTES);
      const { lines } = splitLines(bytes);
      if (lines.length === 0) return;
      for (const line of lines) {
        if (!taken.push(line)) return;
        offset += line.length + 1;
        this.#place = { segment: segment.number, offset, seq: taken.lastSeq };
      }
    }
  }

  async #readClosed({ number, file }: SegmentName, taken: Taken): Promise<void> {
    if (this.#held?.segment !== number) {
      const found = await this.#files.read(join(this.#folder, file), MAX_SEGMENT_BYTES);
      const { lines } = splitLines(await segmentBytes(found, true));
      this.#held = { segment: number, lines, at: 0 };
    }
    const held = this.#held;
    for (; held.at < held.lines.length; held.at += 1) {
      if (!taken.push(held.lines[held.at] ?? Buffer.alloc(0))) return;
      this.#place = { segment: number, offset: 0, seq: taken.lastSeq };
    }
  }
}

/** What was taken so far, within the bounds of a request. */
class Taken {
  readonly lines: FollowedLine[] = [];
  lastSeq: number;
  isFull = false;
  readonly #request: FollowRequest;
  #bytes = 0;

  constructor(request: FollowRequest) {
    this.#request = request;
    this.lastSeq = request.after;
  }

  /** False where the line must wait for the next request. */
  push(bytes: Buffer): boolean {
    const record = parseLine(bytes);
    if (record === undefined || record.seq <= this.lastSeq) return true;
    const { until, records } = this.#request;
    if (record.seq > until || this.lines.length >= records || this.#isOver(bytes)) {
      this.isFull = record.seq <= until;
      return false;
    }
    this.lines.push({ record, bytes });
    this.#bytes += bytes.length;
    this.lastSeq = record.seq;
    return true;
  }

  /** A record that is longer than a whole request still goes, alone. */
  #isOver(bytes: Buffer): boolean {
    return this.lines.length > 0 && this.#bytes + bytes.length > this.#request.bytes;
  }
}
