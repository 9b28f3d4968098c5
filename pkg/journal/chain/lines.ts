/** Entries as lines that follow a chain's head. */
import { split, type Attachment } from '../record/split.js';
import { canonical, hashOf, MAX_LINE_BYTES } from '../record/line.js';
import { RECORD_VERSION, type Entry, type JournalRecord, type PolicyIdentity } from '../record/record.js';
import { LineRoom } from './line-room.js';
import { Turns } from './turns.js';

/** Where a chain stands: what the next line goes on from. */
export interface Position {
  seq: number;
  hash: string;
  /** Of the last record; empty before the first. */
  time: string;
}

export interface Context {
  chain: string;
  actor: string;
  pass: string | null;
  policy: PolicyIdentity;
  /** RFC 3339 with milliseconds. */
  now: string;
}

export interface Lines {
  records: JournalRecord[];
  /** Each without its line end. */
  lines: Buffer[];
  /** The bytes of all of them, as they are written: a line end after each. */
  parts: Buffer[];
  attachments: Attachment[];
  end: Position;
}

/** What `part`, a long `seq` and the line end may take. */
const ROOM = 64;

/** With turns for others, where there are many lines. */
export async function linesOf(entries: readonly Entry[], from: Position, context: Context): Promise<Lines> {
  const made: Omit<Lines, 'parts'> = { records: [], lines: [], attachments: [], end: from };
  const room = new LineRoom();
  const turns = new Turns();
  for (const { kind, data } of entries) {
    const { parts, attachments } = split(data, MAX_LINE_BYTES - envelopeBytes(kind, context) - ROOM);
    made.attachments.push(...attachments);
    for (const [at, part] of parts.entries()) {
      const { end } = made;
      const record: JournalRecord = {
        v: RECORD_VERSION,
        chain: context.chain,
        seq: end.seq + 1,
        prev: end.hash,
        time: end.time > context.now ? end.time : context.now,
        kind,
        actor: context.actor,
        pass: context.pass,
        policy: context.policy,
        ...(parts.length === 1 ? {} : { part: [at + 1, parts.length] as [number, number] }),
        data: part,
      };
      const line = room.add(canonical(record));
      made.records.push(record);
      made.lines.push(line);
      made.end = { seq: record.seq, hash: hashOf(line), time: record.time };
      await turns.after(line);
    }
  }
  return { ...made, parts: room.parts };
}

function envelopeBytes(kind: string, { chain, actor, pass, policy, now }: Context): number {
  const hash = hashOf('');
  return Buffer.byteLength(
    canonical({ v: RECORD_VERSION, chain, seq: 1, prev: hash, time: now, kind, actor, pass, policy, data: {} }),
  );
}

/** As they are written, a line end after each. */
export const bytesOf = (lines: readonly Buffer[]): Buffer => Buffer.concat(lines.flatMap((line) => [line, LINE_END]));

const LINE_END = Buffer.from('\n');

/** The lines of a file, without their ends, and what stands after the last end. */
export function splitLines(bytes: Buffer): { lines: Buffer[]; rest: Buffer } {
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, start)) {
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return { lines, rest: bytes.subarray(start) };
}
