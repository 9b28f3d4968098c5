/**
 * The records of a policy over a period, one after the other, from all its chains: what every report is made of. A replay of them knows
 * the state at the beginning of the period, since it begins with a first record that tells all. At most one segment of each chain is in
 * memory at a time.
 */
import { foldersBelow } from '../chain/chain-folders.js';
import { readIfThere, realFiles, type Files } from '../chain/files.js';
import { CHECKPOINT, CHECKPOINTS, MAX_SMALL_FILE_BYTES } from '../chain/place.js';
import { parseCheckpoint, splitNotes, type Checkpoint } from '../proof/checkpoint.js';
import type { WholeRecord } from '../record/group.js';
import { segmentsFrom, wholeRecords, type ChainSegment, type LineCount } from './chain-reader.js';
import { headBefore } from './in-order.js';
import { mergeInOrder, type Source } from './merge.js';
import type { PolicyFolder } from './policy-journal.js';

export interface PeriodRequest {
  folders: readonly PolicyFolder[];
  /** RFC 3339 in UTC with milliseconds: the period begins with it. */
  since: string;
  files?: Files;
}

export class PolicyPeriod {
  readonly #files: Files;
  readonly #folders: readonly string[];
  readonly #since: string;
  readonly #count: LineCount = { unreadable: new Set(), bytes: 0 };

  private constructor(files: Files, folders: readonly string[], since: string) {
    this.#files = files;
    this.#folders = folders;
    this.#since = since;
  }

  /** Throws what the file system throws. */
  static async open({ folders, since, files = realFiles }: PeriodRequest): Promise<PolicyPeriod> {
    return new PolicyPeriod(files, await chainsOf(files, folders), since);
  }

  /** Folders of chains of which not all lines are records, as far as they were read. */
  get unreadable(): string[] {
    return [...this.#count.unreadable].sort();
  }

  /** Folders of the chains. */
  get chains(): readonly string[] {
    return this.#folders;
  }

  /** Whether a chain begins before that time, by the first lines of its files: a journal that is younger has nothing to be read. */
  async beginsBefore(until: string): Promise<boolean> {
    for (const folder of this.#folders) {
      const segments = await segmentsFrom(this.#files, folder, this.#since);
      if (segments.some(({ first }) => first.time < until)) return true;
    }
    return false;
  }

  /** All from the last first record before the period on, to the end of the journal: the caller stops. */
  async *records(): AsyncGenerator<WholeRecord> {
    const sources: Source[][] = [];
    for (const folder of this.#folders) {
      const segments = await segmentsFrom(this.#files, folder, this.#since);
      sources.push(stretchesOf(segments).map((stretch) => this.#source(stretch)));
    }
    yield* mergeInOrder(sources);
  }

  /** Those of one kind, chain by chain, from the same place on; of each chain until `isEnough` says so. */
  async *ofKind(kind: string, isEnough: (record: WholeRecord) => boolean): AsyncGenerator<WholeRecord> {
    for (const folder of this.#folders) {
      const segments = await segmentsFrom(this.#files, folder, this.#since);
      for await (const record of wholeRecords(this.#files, segments, { count: this.#count, kinds: [kind] })) {
        if (isEnough(record)) break;
        yield record;
      }
    }
  }

  /**
   * The oldest checkpoint that is kept and covers that record of a chain: a later run finds the same one. Undefined where none covers it yet.
   */
  async checkpointFor(chain: string, sequence: number): Promise<Checkpoint | undefined> {
    const folder = this.#folders.find((each) => each.endsWith(`/${chain.split('/').at(-1) ?? ''}`));
    if (folder === undefined) return undefined;
    const text = async (file: string): Promise<string> =>
      (await readIfThere(this.#files, `${folder}/${file}`, MAX_SMALL_FILE_BYTES))?.toString() ?? '';
    // The newest first: a writer puts it among those that are kept before another one takes its place.
    const newest = parseCheckpoint(await text(CHECKPOINT));
    const notes = [...splitNotes(await text(CHECKPOINTS)), newest];
    const covering = notes.filter((note) => note !== undefined && note.size >= sequence);
    return covering.reduce((oldest, note) => ((note?.size ?? 0) < (oldest?.size ?? 0) ? note : oldest), covering[0]);
  }

  #source(segments: readonly ChainSegment[]): Source {
    const [start] = segments;
    const records = wholeRecords(this.#files, segments, { count: this.#count });
    return {
      chain: start?.first.chain ?? '',
      seq: start?.first.seq ?? 0,
      after: start && headBefore(start.first),
      records,
    };
  }
}

/** What one writer wrote without another in between. */
function stretchesOf(segments: readonly ChainSegment[]): ChainSegment[][] {
  const stretches: ChainSegment[][] = [];
  for (const segment of segments) {
    const last = stretches.at(-1);
    if (last === undefined || headBefore(segment.first) !== undefined) stretches.push([segment]);
    else last.push(segment);
  }
  return stretches;
}

/** Of a chain that is there twice, as on a volume and in a copy of it, the copy that was written to last. */
async function chainsOf(files: Files, folders: readonly PolicyFolder[]): Promise<string[]> {
  const found = new Map<string, { folder: string; size: number }>();
  for (const { namespace, folder: policy, path } of folders) {
    for (const folder of await foldersBelow(files, path)) {
      const name = `${namespace}/${policy}/${folder.split('/').at(-1) ?? ''}`;
      const note = await readIfThere(files, `${folder}/${CHECKPOINT}`, MAX_SMALL_FILE_BYTES);
      const size = (note && parseCheckpoint(note.toString())?.size) ?? 0;
      if (size > (found.get(name)?.size ?? -1)) found.set(name, { folder, size });
    }
  }
  return [...found.values()].map(({ folder }) => folder);
}
