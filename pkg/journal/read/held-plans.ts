/**
 * The plans of the hold that runs, as the records of one chain name them. Read back from the end, and no further than the hold goes: a
 * chain is long, and a hold is young.
 */
import { listIfThere, type Files } from '../chain/files.js';
import { segmentBytes } from '../chain/closed.js';
import { splitLines } from '../chain/lines.js';
import { MAX_SEGMENT_BYTES, segmentsOf, type SegmentName } from '../chain/place.js';
import { isAbout, type AssignedTo } from '../record/assigned.js';
import { Groups, type WholeRecord } from '../record/group.js';
import type { Data, Kind } from '../record/kinds.js';
import { parseLine } from '../record/line.js';
import { isRecordOf } from '../record/record.js';
import { observes } from '../record/replay.js';

export type HeldRecord = Data<'PlanHeld'>;

/** What the records say of a hold. */
export interface HoldRecords {
  /** By the hash of the plan. Who uses one checks its hash. */
  plans: ReadonlyMap<string, HeldRecord>;
  /** Ids of the approvals that released something of it. */
  used: ReadonlySet<string>;
}

/** Kinds that tell of a hold, and those by which one ends. */
const KINDS: readonly Kind[] = [
  ...(['PlanHeld', 'PlanReleased', 'HoldExpired', 'PolicyChanged'] as const),
  ...(['ChainStarted', 'SegmentStarted'] as const),
];

/** Those that name the assignment that they are about. */
const OF_A_HOLD: ReadonlySet<string> = new Set(['PlanHeld', 'PlanReleased', 'HoldExpired']);

/** To look for them before a line is parsed. Lines are canonical, and within a text the quotes would be escaped. */
const WORDS = KINDS.map((kind) => `"kind":"${kind}"`);

/**
 * `folder`: of the chain. `since`: the hold ran at that time for certain, RFC 3339; what was recorded from then on is of it, also where
 * another writer led in between. `of`: the hold of another assignment than that of the policy's ruleset. Throws what the file system throws.
 */
export async function holdRecords(files: Files, folder: string, since: string, of?: AssignedTo): Promise<HoldRecords> {
  const sinceMs = Date.parse(since);
  let records: WholeRecord[] = [];
  for (const name of segmentsOf(await listIfThere(files, folder)).reverse()) {
    const found = await recordsOf(files, folder, name);
    records = [...found.filter(({ kind, data }) => !OF_A_HOLD.has(kind) || isAbout(data, of)), ...records];
    if (startOf(records, sinceMs) > 0) break;
  }
  const own = records.slice(startOf(records, sinceMs));
  const plans = new Map<string, HeldRecord>();
  const used = new Set<string>();
  for (const record of own) {
    if (isRecordOf('PlanHeld', record)) plans.set(record.data.planHash, record.data);
    if (isRecordOf('PlanReleased', record))
      for (const { uid } of record.data.approvals) if (uid !== undefined) used.add(uid);
  }
  return { plans, used };
}

async function recordsOf(files: Files, folder: string, { file, isCompressed }: SegmentName): Promise<WholeRecord[]> {
  const bytes = await segmentBytes(await files.read(`${folder}/${file}`, MAX_SEGMENT_BYTES), isCompressed);
  const groups = new Groups();
  return splitLines(bytes).lines.flatMap((line) => {
    const record = WORDS.some((word) => line.includes(word)) ? parseLine(line) : undefined;
    const whole = record && groups.push(record);
    return whole === undefined ? [] : [whole];
  });
}

/** Where the hold begins: after the last record that ended one, but not after what was recorded while it ran for certain. */
function startOf(records: readonly WholeRecord[], sinceMs: number): number {
  const isNext = ({ kind }: WholeRecord): boolean => kind !== 'SegmentStarted';
  const end = records.findLastIndex((record, at) => ends(record, records.slice(at + 1).find(isNext)));
  const certain = records.findIndex(({ time }) => Date.parse(time) >= sinceMs);
  return certain === -1 ? end + 1 : Math.min(end + 1, certain);
}

/** A part of a plan was released where the pass recorded right after it what is still held. */
function ends(record: WholeRecord, next: WholeRecord | undefined): boolean {
  switch (record.kind) {
    case 'PlanReleased':
      return next?.kind !== 'PlanHeld' || next.pass !== record.pass;
    case 'PolicyChanged':
      return observes(record.data['after']);
    case 'ChainStarted':
      return true;
    case 'SegmentStarted':
      // Another writer led meanwhile, and how the hold went on in its time stands in its records.
      return isRecordOf('SegmentStarted', record) && record.data.after?.chain !== record.chain;
    default:
      return false;
  }
}
