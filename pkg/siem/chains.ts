/**
 * The chains of the journal, as one sink follows them: how far each has come, how far it was sent, and what waits. The journal is the
 * queue: what waits lies there, and nowhere in memory.
 */
import { relative, sep } from 'node:path';
import { chainFolders, ChainFollower, type FollowedLine, type Files } from '../journal/index.js';
import { errnoOf, isMissing } from '../base/index.js';
import type { Batch } from './config.js';
import type { Cursors } from './cursors.js';

/** Says how far a chain has come. A writer may take back what it wrote until it says so. */
export interface ChainHead {
  chain: string;
  sequence: number;
}

/** A record that waits, with the chain in whose folder it lies: a folder that was moved has records of another name. */
export interface Waiting {
  chain: string;
  line: FollowedLine;
}

interface Followed {
  follower: ChainFollower;
  /** The highest `seq` that is known to be there; undefined where no writer of this process said so. */
  head: number | undefined;
  /** The highest that was seen when the chain was read. */
  seen: number;
  mayHaveMore: boolean;
  /** When the oldest record that waits was written, Unix ms. */
  oldestMs: number | undefined;
}

export class Chains {
  readonly #files: Files;
  readonly #root: string;
  readonly #cursors: Cursors;
  readonly #chains = new Map<string, Followed>();

  constructor({ files, root, cursors }: { files: Files; root: string; cursors: Cursors }) {
    this.#files = files;
    this.#root = root;
    this.#cursors = cursors;
  }

  /** Finds the chains that are there: those of this process, and those of earlier ones. Throws what the file system throws. */
  async scan(): Promise<void> {
    const folders = await chainFolders(this.#files, this.#root).catch((error: unknown) => {
      if (isMissing(error) || errnoOf(error) === 'ENOENT') return [];
      throw error;
    });
    for (const folder of folders) {
      const chain = relative(this.#root, folder).split(sep).join('/');
      this.#of(chain).mayHaveMore = true;
    }
  }

  /** A writer of this process wrote and flushed records. */
  wrote({ chain, sequence }: ChainHead, nowMs: number): void {
    const followed = this.#of(chain);
    followed.head = sequence;
    followed.mayHaveMore = true;
    followed.oldestMs ??= nowMs;
  }

  get mayHaveMore(): boolean {
    return [...this.#chains.values()].some((each) => each.mayHaveMore);
  }

  /** Records that wait, as far as they are known. */
  get lagRecords(): number {
    let lag = 0;
    for (const [chain, { head, seen }] of this.#chains)
      lag += Math.max(0, Math.max(head ?? 0, seen) - this.#sent(chain));
    return lag;
  }

  /** When the oldest one that waits was written, Unix ms. */
  get oldestMs(): number | undefined {
    const times = [...this.#chains.values()].flatMap(({ oldestMs }) => (oldestMs === undefined ? [] : [oldestMs]));
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** The records that come next, of each chain in its order. Throws what the file system throws. */
  async next({ records, bytes }: Pick<Batch, 'records' | 'bytes'>): Promise<Waiting[]> {
    const waiting: Waiting[] = [];
    let left = bytes;
    for (const [chain, followed] of this.#chains) {
      if (!followed.mayHaveMore) continue;
      if (waiting.length >= records || left <= 0) break;
      const { follower, head } = followed;
      const request = {
        after: this.#sent(chain),
        until: head ?? Infinity,
        records: records - waiting.length,
        bytes: left,
      };
      const found = await follower.read(request);
      waiting.push(...found.lines.map((line) => ({ chain, line })));
      for (const each of found.lines) left -= each.bytes.length;
      followed.mayHaveMore = found.hasMore;
      followed.seen = Math.max(followed.seen, found.lines.at(-1)?.record.seq ?? 0);
      const [first] = found.lines;
      followed.oldestMs = first === undefined ? undefined : Date.parse(first.record.time);
    }
    return waiting;
  }

  /** The sink has taken these, or they are skipped. */
  done(waiting: readonly Waiting[]): void {
    for (const { chain, line } of waiting) {
      const { record } = line;
      this.#cursors.move(chain, { seq: record.seq, time: record.time });
      const followed = this.#of(chain);
      const isCaughtUp = record.seq >= Math.max(followed.head ?? 0, followed.seen) && !followed.mayHaveMore;
      // The next one was written no earlier than this one.
      followed.oldestMs = isCaughtUp ? undefined : Date.parse(record.time);
    }
  }

  #sent(chain: string): number {
    return this.#cursors.get(chain)?.seq ?? 0;
  }

  #of(chain: string): Followed {
    let followed = this.#chains.get(chain);
    if (followed === undefined) {
      const folder = [this.#root, ...chain.split('/')].join(sep);
      followed = {
        follower: new ChainFollower(this.#files, folder),
        ...{ head: undefined, seen: 0, mayHaveMore: true, oldestMs: undefined },
      };
      this.#chains.set(chain, followed);
    }
    return followed;
  }
}
