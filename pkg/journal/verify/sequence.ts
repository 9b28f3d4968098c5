/**
 * Whether lines follow each other: by number, and by the hash of the line before. Says which line was changed, is missing,
 * stands twice or at another place, with one fault for each cause.
 */
import { isCanonicalLine, type Line, type Segment } from './evidence.js';
import type { Fault, FaultCode } from './fault.js';

export interface Start {
  /** Of the record before the first line. */
  seq: number;
  hash: string;
  /** Number of the segment before. */
  segment: number;
}

export interface SequenceVerdict {
  faults: Fault[];
  /** The number of the last record. */
  last: number;
  /** Every line is a record at its place, so that trees can be made of them. */
  isInOrder: boolean;
}

export function judgeSequence(segments: readonly Segment[], chain: string, start: Start): SequenceVerdict {
  const judge = new Judge(
    segments.flatMap(({ lines }) => lines),
    chain,
    start,
  );
  let before = start.segment;
  for (const segment of segments) {
    const { name, lines, fault } = segment;
    if (name.number !== before + 1) judge.segmentMissing(before + 1, name.number - 1);
    before = name.number;
    if (fault !== undefined) judge.unreadable(name.file, fault);
    for (const line of lines) judge.take(line);
  }
  return judge.verdict();
}

class Judge {
  readonly #lines: readonly Line[];
  readonly #chain: string;
  readonly #faults: Fault[] = [];
  /** Where a number stands: the last line that has it. */
  readonly #lastAt = new Map<number, number>();
  readonly #seen = new Map<number, Line>();
  #at = -1;
  #expected: number;
  #hash: string | undefined;
  #before: Line | undefined;
  /** The line before has a fault of its own: that its hash is another one is no news. */
  #isDoubted = false;
  /** Lines that are no records, and may each have been one. */
  #holes = 0;
  /** Records are known to be missing here: a segment is not there, or cannot be read. */
  #isGap = false;
  #isInOrder = true;

  constructor(lines: readonly Line[], chain: string, { seq, hash }: Start) {
    this.#lines = lines;
    this.#chain = chain;
    this.#expected = seq + 1;
    this.#hash = hash;
    for (const [at, { record }] of lines.entries()) if (record !== undefined) this.#lastAt.set(record.seq, at);
  }

  verdict(): SequenceVerdict {
    return { faults: this.#faults, last: this.#expected - 1, isInOrder: this.#isInOrder };
  }

  segmentMissing(from: number, to: number): void {
    const file = `${String(from).padStart(8, '0')}.jsonl`;
    const more = to > from ? `, and the ${to - from} after it` : '';
    this.#add('segment-missing', { file, line: null }, this.#expected, `the segment is missing${more}`);
    this.#isGap = true;
    this.#isInOrder = false;
  }

  unreadable(file: string, why: string): void {
    this.#add('line-changed', { file, line: null }, this.#expected, why);
    this.#isGap = true;
    this.#isInOrder = false;
  }

  take(line: Line): void {
    this.#at += 1;
    const { record } = line;
    if (record === undefined) return this.#noRecord(line);
    const { seq } = record;
    if (seq === this.#expected) this.#atPlace(line);
    else if (seq > this.#expected && (this.#isGap || seq <= this.#expected + this.#holes)) this.#accept(line, seq);
    else if (this.#hash !== undefined && record.prev === this.#hash) this.#renumbered(line);
    else if (this.#seen.get(seq)?.bytes.equals(line.bytes) === true)
      this.#outOfOrder('line-repeated', line, 'it stands here again');
    else if (seq < this.#expected) this.#early(line, seq);
    else this.#late(line, seq);
  }

  #noRecord(line: Line): void {
    this.#add('line-changed', line, this.#expected, 'the line is no record');
    this.#holes += 1;
    this.#isInOrder = false;
  }

  #atPlace(line: Line): void {
    const { record } = line;
    if (
      record?.prev !== this.#hash &&
      !this.#isDoubted &&
      this.#hash !== undefined &&
      !this.#isGap &&
      this.#holes === 0
    ) {
      const next = this.#lines[this.#at + 1]?.record;
      const isOwn = this.#before === undefined || (next !== undefined && next.prev !== line.hash);
      if (isOwn) {
        this.#add('line-changed', line, this.#expected, 'its link to the record before is wrong');
        this.#accept(line, this.#expected, true);
        return;
      }
      this.#add(
        'line-changed',
        this.#before ?? line,
        this.#expected - 1,
        'its hash is not the one that the next record names',
      );
    }
    this.#accept(line, this.#expected);
  }

  #accept(line: Line, seq: number, isFaulty = false): void {
    this.#seen.set(seq, line);
    this.#isDoubted = isFaulty || !this.#isSound(line);
    this.#expected = seq + 1;
    this.#hash = line.hash;
    this.#before = line;
    this.#holes = 0;
    this.#isGap = false;
  }

  /** What is wrong with a line by itself. */
  #isSound(line: Line): boolean {
    if (!isCanonicalLine(line))
      this.#add('not-canonical', line, line.record?.seq ?? null, 'the line is not in the form of RFC 8785');
    else if (line.record?.chain !== this.#chain)
      this.#add('line-changed', line, line.record?.seq ?? null, 'the record is of another chain');
    else return true;
    return false;
  }

  #renumbered(line: Line): void {
    this.#add('line-changed', line, this.#expected, `it says that it is record ${line.record?.seq}`);
    this.#accept(line, this.#expected, true);
  }

  /** A number that was passed already. */
  #early(line: Line, seq: number): void {
    if (this.#seen.has(seq)) this.#outOfOrder('line-changed', line, 'another line has this number');
    else this.#outOfOrder('line-moved', line, `it stands after record ${this.#expected - 1}`);
    this.#seen.set(seq, line);
  }

  /** A number that is not due yet. */
  #late(line: Line, seq: number): void {
    const skipped = Array.from({ length: Math.min(seq - this.#expected, MAX_GAP) }, (_, at) => this.#expected + at);
    const isElsewhere = (each: number): boolean => this.#seen.has(each) || (this.#lastAt.get(each) ?? -1) > this.#at;
    const missing = skipped.filter((each) => !isElsewhere(each));
    const next = this.#lines[this.#at + 1]?.record?.seq;
    if (missing.length === 0 && skipped.length > 1 && next === this.#expected) {
      this.#outOfOrder('line-moved', line, `it stands before record ${this.#expected}`);
      this.#seen.set(seq, line);
      return;
    }
    const [first] = missing;
    if (first !== undefined) {
      const what = missing.length === 1 ? `record ${first} is` : `${missing.length} records, from ${first} on, are`;
      this.#add('line-missing', line, first, `${what} missing before this line`);
    }
    this.#isInOrder = false;
    this.#accept(line, seq);
  }

  #outOfOrder(code: FaultCode, line: Line, message: string): void {
    this.#add(code, line, line.record?.seq ?? null, message);
    this.#isInOrder = false;
  }

  #add(code: FaultCode, at: { file: string; line: number | null }, sequence: number | null, message: string): void {
    this.#faults.push({ code, file: at.file, line: at.line, sequence, message });
  }
}

/** A number that was changed may be anything; no more than this is looked for. */
const MAX_GAP = 100_000;
