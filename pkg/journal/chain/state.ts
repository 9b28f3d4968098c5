/** What a writer knows of its chain: all of it can be read from the folder again. */
import { Groups } from '../record/group.js';
import { hashOf, parseLine } from '../record/line.js';
import type { JournalRecord } from '../record/record.js';
import type { Checkpoint } from '../proof/checkpoint.js';
import type { Manifest, SegmentEntry } from '../proof/manifest.js';
import type { Tree } from '../proof/tree.js';
import { Replay } from '../record/replay.js';
import { replayedParts } from '../record/replayed-part.js';
import { NO_NOTES, type KeptNotes } from './keep-note.js';
import type { Position } from './lines.js';

/** The segment that is written. */
export interface OpenSegment {
  number: number;
  /** In bytes, whole lines. */
  size: number;
  /** `seq` and time of its first record; undefined while it has none. */
  first?: { seq: number; time: string };
  /** Its own first record, in all its parts, is there. */
  isStarted?: boolean;
}

export class ChainState {
  readonly chain: string;
  /** Absolute. */
  readonly folder: string;
  manifest: Manifest;
  segment: OpenSegment;
  position: Position;
  readonly tree: Tree;
  readonly replay = new Replay();
  readonly #groups = new Groups(replayedParts());
  /** Hashes of the files of torn lines, by name, as records say. */
  readonly repaired = new Map<string, string>();
  /** The verifier key that the last `KeyChanged` names. */
  changedKey: string | undefined;
  /** All that records of the open segment name: the manifest may not have them yet. */
  readonly changedKeys = new Set<string>();
  /** The newest checkpoint, and the UTC day of the last record that it covers. */
  checkpoint: (Checkpoint & { day: string }) | undefined;
  /** What is in `checkpoints`. */
  notes: KeptNotes = NO_NOTES;

  constructor(given: Pick<ChainState, 'chain' | 'folder' | 'manifest' | 'segment' | 'position' | 'tree'>) {
    this.chain = given.chain;
    this.folder = given.folder;
    this.manifest = given.manifest;
    this.segment = given.segment;
    this.position = given.position;
    this.tree = given.tree;
  }

  /** Takes a record that is on the disk. */
  take(record: JournalRecord, line: Buffer): void {
    this.segment.first ??= { seq: record.seq, time: record.time };
    this.segment.size += line.length + 1;
    this.position = { seq: record.seq, hash: hashOf(line), time: record.time };
    this.tree.append(line);
    const whole = this.#groups.push(record);
    if (whole !== undefined) this.replay.apply(whole);
    if (whole?.kind === 'ChainStarted' || whole?.kind === 'SegmentStarted') this.segment.isStarted = true;
    const { data } = record;
    if (record.kind === 'TailRepaired') this.repaired.set(String(data['file']), String(data['sha256']));
    if (record.kind !== 'KeyChanged') return;
    this.changedKey = String(data['after']);
    this.changedKeys.add(this.changedKey);
  }

  /** Takes a line that was read; says what is wrong with it. */
  read(line: Buffer): string | undefined {
    const record = parseLine(line);
    const { seq, hash } = this.position;
    if (record === undefined) return `the line after record ${seq} is no record`;
    if (record.chain !== this.chain) return `the line after record ${seq} is of another chain`;
    if (record.seq !== seq + 1) return `record ${record.seq} follows record ${seq}`;
    if (record.prev !== hash) return `record ${seq}, or the one after it, was changed`;
    this.take(record, line);
    return undefined;
  }

  /** Takes the lines of the file before, one after the other, where the open one does not say again yet what they say. */
  recalling(): { take: (line: Buffer) => void } {
    const groups = new Groups(replayedParts());
    return {
      take: (line) => {
        const record = parseLine(line);
        const whole = record && groups.push(record);
        if (whole !== undefined) this.replay.apply(whole);
      },
    };
  }

  /** How the open segment is described once it is closed. */
  closedSegment(file: string): SegmentEntry {
    const { seq, hash, time } = this.position;
    const first = this.segment.first ?? { seq, time };
    return {
      file,
      first: first.seq,
      last: seq,
      hash,
      root: this.tree.root(),
      edge: this.tree.edge,
      from: first.time,
      until: time,
    };
  }
}

/** Why a checkpoint is not one of these records, asked when the tree has its size. */
export const contradicts = (checkpoint: Checkpoint, tree: Tree): boolean =>
  checkpoint.size === tree.size && checkpoint.root !== tree.root();

export const dayOf = (time: string): string => time.slice(0, 10);
export const monthOf = (time: string): string => time.slice(0, 7);
