/**
 * The records of several chains of one policy as they followed each other. Times alone do not say: each writer has a clock of its own,
 * and two of them may differ by minutes. What tells is `after`: a writer that takes over names the last head of the one before it.
 */
import type { Head } from '../record/fields.js';
import type { WholeRecord } from '../record/group.js';
import { isRecordOf, type JournalRecord } from '../record/record.js';

/** What one writer wrote without another in between. */
interface Stretch {
  records: readonly WholeRecord[];
  /** How many of them are placed. */
  placed: number;
  /** Whole, before the first of these. */
  before: Stretch[];
}

/** Each chain in its own order. What no `after` puts in order stands by time, and of one time as it was given. */
export function inOrder(chains: readonly (readonly WholeRecord[])[]): WholeRecord[] {
  const stretches = chains.map(stretchesOf);
  for (const own of stretches) for (const [at, each] of own.entries()) each.before = beforeIt(own, at, stretches);
  const ordered: WholeRecord[] = [];
  let open = stretches.flat().filter(({ records }) => records.length > 0);
  while (open.length > 0) {
    const free = open.filter(({ before }) => before.every(isPlaced));
    // Chains that name each other in a circle are damaged: then times are all there is.
    const next = earliest(free.length > 0 ? free : open);
    ordered.push(...place(next, free));
    open = open.filter((each) => !isPlaced(each));
  }
  return ordered;
}

const isPlaced = ({ records, placed }: Stretch): boolean => placed === records.length;

/** A new one where its first record names the head of another chain. */
function stretchesOf(records: readonly WholeRecord[]): Stretch[] {
  const starts = [0, ...records.flatMap((record, at) => (at > 0 && headBefore(record) !== undefined ? [at] : []))];
  return starts.map((from, at) => ({ records: records.slice(from, starts[at + 1]), placed: 0, before: [] }));
}

/** The head of another chain that a record says it comes after. */
export function headBefore(record: JournalRecord): Head | undefined {
  if (!isRecordOf('ChainStarted', record) && !isRecordOf('SegmentStarted', record)) return undefined;
  const { after } = record.data;
  return after === null || after.chain === record.chain ? undefined : after;
}

function beforeIt(own: readonly Stretch[], at: number, all: readonly (readonly Stretch[])[]): Stretch[] {
  const [first] = own[at]?.records ?? [];
  const head = first && headBefore(first);
  const named = all.find(([other]) => head !== undefined && other?.records[0]?.chain === head.chain);
  const held = named?.findLast(({ records: [start] }) => start !== undefined && start.seq <= (head?.sequence ?? 0));
  return [own[at - 1], held].filter((each) => each !== undefined);
}

const nextTime = ({ records, placed }: Stretch): string => records[placed]?.time ?? '';

const earliest = (stretches: readonly Stretch[]): Stretch =>
  stretches.reduce((best, each) => (nextTime(each) < nextTime(best) ? each : best));

/** Places records of one stretch for as long as no other that may come now has an earlier one. */
function place(chosen: Stretch, free: readonly Stretch[]): readonly WholeRecord[] {
  const [least = '~'] = free
    .filter((each) => each !== chosen)
    .map(nextTime)
    .sort();
  const from = chosen.placed;
  do chosen.placed += 1;
  while (!isPlaced(chosen) && nextTime(chosen) <= least);
  return chosen.records.slice(from, chosen.placed);
}
