/**
 * Who was a member after a record. A membership is restored by it, so that chains are verified before they are believed, and that
 * nothing is guessed where another writer led whose chain is not here.
 */
import { basename, join } from 'node:path';
import { foldersBelow } from '../chain/chain-folders.js';
import { realFiles, type Files } from '../chain/files.js';
import { isOfWriter, policyFolder } from '../chain/place.js';
import { Groups, type WholeRecord } from '../record/group.js';
import { isRecordOf, type PolicyIdentity } from '../record/record.js';
import { Replay } from '../record/replay.js';
import { judgeChain } from '../verify/chain.js';
import type { Fault } from '../verify/fault.js';
import { inOrder } from './in-order.js';
import type { RecordRef } from './record-ref.js';

export interface RecordedPlace {
  /** Of the journal. */
  root: string;
  policy: Pick<PolicyIdentity, 'namespace' | 'name' | 'uid'>;
  /** Whose chain a number without a writer is one of; undefined where that is not known. */
  writer: string | undefined;
  /** The chain that the policy's status names: its writer led last. */
  known?: string | undefined;
  files?: Files;
}

export interface RecordedMembers {
  to: { chain: string; sequence: number; time: string };
  /** Sorted. */
  members: number[];
  /** By all records of the chain. */
  nameOf: (id: number) => string | undefined;
}

/** `damaged`: the chain is not as it was left. */
export type MembersFound =
  ({ ok: true } & RecordedMembers) | { ok: false; reason: 'unknown' | 'damaged'; message: string; fix?: string };

interface Chain {
  chain: string;
  /** The last part of its name. */
  folder: string;
  records: WholeRecord[];
  faults: Fault[];
}

/** Throws what the file system throws. */
export async function recordedMembers(place: RecordedPlace, ref: RecordRef): Promise<MembersFound> {
  const chains = await chainsOf(place);
  if (chains.length === 0) return unknown('there is no journal of the policy');
  return ref.sequence === undefined
    ? atTime(chains, ref.time ?? '', place.known)
    : atSequence(chains, { sequence: ref.sequence, writer: ref.writer }, place);
}

/** Of one policy, the oldest first. */
async function chainsOf({ root, policy, files = realFiles }: RecordedPlace): Promise<Chain[]> {
  const chains: Chain[] = [];
  for (const folder of await foldersBelow(files, join(root, ...policyFolder(policy).split('/')))) {
    const { verdict, lines } = await judgeChain(files, folder, { keys: [], checkpoints: [] });
    const groups = new Groups();
    const records = lines.flatMap(({ record }) => (record && groups.push(record)) ?? []);
    chains.push({ chain: verdict.chain, folder: basename(folder), records, faults: verdict.faults });
  }
  const began = ({ records }: Chain): string => records[0]?.time ?? '';
  return chains.sort((a, b) => (began(a) < began(b) ? -1 : began(a) > began(b) ? 1 : 0));
}

function atSequence(
  chains: readonly Chain[],
  { sequence, writer }: { sequence: number; writer: string | undefined },
  { writer: own, known }: RecordedPlace,
): MembersFound {
  const wanted = writer ?? own;
  const isWanted = ({ folder }: Chain): boolean =>
    wanted !== undefined && (folder === wanted || isOfWriter(folder, wanted));
  const mine = chains.filter(isWanted);
  // A chain that was given up, or lost, is followed by another one of the same writer.
  const chain = mine.findLast((each) => recordOf(each, sequence) !== undefined);
  const record = chain && recordOf(chain, sequence);
  if (chain !== undefined && record !== undefined) return replayed(chain, record);
  return writer === undefined ? notOwn(chains, sequence, { mine, known }) : notOf(writer, chains, { mine, sequence });
}

function notOf(
  writer: string,
  chains: readonly Chain[],
  { mine, sequence }: { mine: readonly Chain[]; sequence: number },
): MembersFound {
  if (mine.length === 0) return unknown(`no chain of the writer ${writer} is on this disk`, onDisk(chains));
  return unknown(`the writer ${writer} has no record ${sequence}`, spanOf(mine));
}

function notOwn(
  chains: readonly Chain[],
  sequence: number,
  { mine, known }: { mine: readonly Chain[]; known: string | undefined },
): MembersFound {
  const others = chains.filter((each) => recordOf(each, sequence) !== undefined);
  if (others.length > 0) {
    const names = writersOf(others.map(({ folder }) => folder));
    return unknown(`the own chain has no record ${sequence}; the writer ${names.join(', ')} has one`, {
      fix: `name it, as in ${sequence}@${names[0] ?? ''}`,
    });
  }
  const led = known?.split('/').at(-1);
  if (led !== undefined && chains.every(({ folder }) => folder !== led))
    return unknown(
      `no chain on this disk has a record ${sequence}; the writer ${writerOf(led)} led last, whose chain is not here`,
    );
  return unknown(`there is no record ${sequence}`, spanOf(mine.length > 0 ? mine : chains));
}

function atTime(chains: readonly Chain[], time: string, known: string | undefined): MembersFound {
  const records = inOrder(chains.map((each) => each.records));
  const at = records.findLastIndex((record) => record.time <= time);
  const last = records[at];
  if (last === undefined) return unknown(`the journal has no record of ${time} or before`, spanOf(chains));
  const next = records[at + 1];
  const led = next === undefined ? known : afterOf(next);
  if (led !== undefined && chains.every(({ chain }) => chain !== led))
    return unknown(
      `the writer ${writerOf(led.split('/').at(-1) ?? led)} led at ${time}, and its chain is not on this disk`,
    );
  const chain = chains.find((each) => each.chain === last.chain);
  return chain === undefined ? unknown(`there is no record of ${time}`) : replayed(chain, last);
}

/** The chain that a first record names as the one that led before it. */
function afterOf(record: WholeRecord): string | undefined {
  const isFirst = isRecordOf('ChainStarted', record) || isRecordOf('SegmentStarted', record);
  return isFirst ? record.data.after?.chain : undefined;
}

/** Each chain stands for itself: where its writer leads again after another one, it begins with what is true by then. */
function replayed({ chain, records, faults: [fault] }: Chain, of: WholeRecord): MembersFound {
  if (fault !== undefined)
    return {
      ...{ ok: false, reason: 'damaged' },
      message: `the chain ${chain} is not whole (${fault.code}: ${fault.message})`,
    };
  const replay = new Replay();
  const end = records.indexOf(of) + 1;
  records.slice(0, end).forEach((record) => void replay.apply(record));
  if (!replay.hasStarted || replay.isUnseen)
    return unknown(`when record ${of.seq} of ${chain} was written, no pass had read the ruleset yet`);
  const members = [...replay.members.keys()].sort((a, b) => a - b);
  records.slice(end).forEach((record) => void replay.apply(record));
  const { names } = replay;
  return {
    ...{ ok: true, members, nameOf: (id) => names.get(id) },
    to: { chain, sequence: of.seq, time: of.time },
  };
}

/** A record that takes several lines is named by each of their numbers. */
const recordOf = ({ records }: Chain, sequence: number): WholeRecord | undefined =>
  records.find(({ seq, lastSeq }) => seq <= sequence && sequence <= lastSeq);

const unknown = (message: string, more: { fix?: string } = {}): MembersFound => ({
  ...{ ok: false, reason: 'unknown', message },
  ...more,
});

/** The name of a chain's writer, from the last part of the chain's name. */
const writerOf = (folder: string): string => folder.replace(/\.[0-9a-f]{8}$/, '');

const writersOf = (folders: readonly string[]): string[] => [...new Set(folders.map(writerOf))].sort();

const onDisk = (chains: readonly Chain[]): { fix: string } => ({
  fix: `put its folder beside the others; here are those of ${writersOf(chains.map(({ folder }) => folder)).join(', ')}`,
});

function spanOf(chains: readonly Chain[]): { fix: string } {
  const records = chains.flatMap((each) => each.records);
  const sequences = records.flatMap(({ seq, lastSeq }) => [seq, lastSeq]);
  const earliest = records.map(({ time }) => time).sort()[0];
  if (earliest === undefined) return { fix: 'wait for the first pass' };
  return {
    fix: `name one from ${Math.min(...sequences)} to ${Math.max(...sequences)}, or a time from ${earliest} on; plus1 journal show has them`,
  };
}
