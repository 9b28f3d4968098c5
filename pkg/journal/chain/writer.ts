/**
 * The one that writes a chain. Each call is whole or leaves the chain as it was, and the next call goes on from there: nothing
 * needs a restart. Calls wait for each other, since a record follows the one before it.
 */
import { unlessAborted } from '../../base/index.js';
import type { Head } from '../record/fields.js';
import type { Data } from '../record/kinds.js';
import type { Attachment } from '../record/split.js';
import { hashOf } from '../record/line.js';
import type { Entry, PolicyIdentity } from '../record/record.js';
import { manifestText, type Manifest } from '../proof/manifest.js';
import type { SigningKey } from '../proof/key.js';
import type { Recorded, Snapshot } from '../record/replay.js';
import { appendWhole, restore, type End } from './append.js';
import { compressClosed, removeExpired } from './closed.js';
import { journalFailure } from './failure.js';
import { createWhole, isAbsent, readIfThere, replaceWhole, type Files } from './files.js';
import { linesOf } from './lines.js';
import { ATTACHMENTS, MANIFEST, MAX_SEGMENT_BYTES, SEGMENT_BYTES, segmentFile } from './place.js';
import { sign } from './sign.js';
import { monthOf, type ChainState } from './state.js';
import { Turns } from './turns.js';

export interface WriterOptions {
  /** Program and version, as `plus1-controller/0.2.0`. */
  actor: string;
  /** Version alone. */
  tool: string;
  files: Files;
  /** Unix ms by the wall clock. */
  now: () => number;
  /** The one in use first; an old one signs beside it. */
  keys: readonly SigningKey[];
  /** Where a segment ends; default 16 MiB. */
  segmentBytes?: number;
}

/** What the records of one call belong to. */
export interface RecordContext {
  /** Null outside of a pass. */
  pass: string | null;
  policy: PolicyIdentity;
}

export class ChainWriter {
  readonly #state: ChainState;
  readonly #options: WriterOptions;
  /** What was being written when a write failed, and may be on the disk in part. */
  #doubt: { end: End; attempt: readonly Buffer[] } | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #isGone = false;

  constructor(state: ChainState, options: WriterOptions) {
    this.#state = state;
    this.#options = options;
  }

  get chain(): string {
    return this.#state.chain;
  }

  /** Undefined before the first record. */
  get head(): Head | undefined {
    const { seq, hash } = this.#state.position;
    return seq === 0 ? undefined : { chain: this.chain, sequence: seq, hash };
  }

  /** What the records say by now. It changes with each record; nobody else changes it. */
  get recorded(): Recorded {
    return this.#state.replay;
  }

  /** When its last record was written; empty before the first. */
  get lastTime(): string {
    return this.#state.position.time;
  }

  /** How many records the newest checkpoint signs. */
  get signedSize(): number {
    return this.#state.checkpoint?.size ?? 0;
  }

  /** Absolute. */
  get folder(): string {
    return this.#state.folder;
  }

  /** What the records say by now. */
  snapshot(): Snapshot {
    return this.#state.replay.snapshot();
  }

  /** The verifier key that signs. */
  get vkey(): string | undefined {
    return this.#options.keys[0]?.verifier.vkey;
  }

  /** The file or its folder went while this process ran: a volume that was lost. Open the journal again. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /**
   * Writes records, all of them or none, and flushes them. Throws PLUS1_JOURNAL_UNAVAILABLE or PLUS1_JOURNAL_DAMAGED. The signal
   * ends the wait; a write that has begun goes on.
   */
  append(entries: readonly Entry[], context: RecordContext, signal: AbortSignal): Promise<Head | undefined> {
    return this.#alone(signal, async () => {
      if (entries.length === 0) return this.head;
      await this.#roll(context);
      await this.#write(entries, context);
      return this.head;
    });
  }

  /** A new segment in which the snapshot of the caller counts: another writer led meanwhile. */
  join(after: Head, snapshot: Snapshot, context: RecordContext, signal: AbortSignal): Promise<void> {
    return this.#alone(signal, async () => {
      if (this.#state.segment.first !== undefined) await this.#close();
      await this.#begin({ ...snapshot, tool: this.#options.tool, after }, context);
    });
  }

  /** The first record of a chain, or of a file whose own was never whole. */
  start(data: Data<'ChainStarted'>, context: RecordContext, signal: AbortSignal): Promise<void> {
    const kind = this.#state.segment.number === 1 ? 'ChainStarted' : 'SegmentStarted';
    return this.#alone(signal, () => this.#write([{ kind, data }], context));
  }

  /** Signs where the chain stands; the note, or undefined where there is no record yet. */
  checkpoint(signal: AbortSignal): Promise<string | undefined> {
    return this.#alone(signal, () => sign(this.#state, this.#options));
  }

  /** Names a key in the manifest, once a record names it. */
  addKey(vkey: string, signal: AbortSignal): Promise<void> {
    return this.#alone(signal, async () => {
      const { manifest } = this.#state;
      await this.#keep({ ...manifest, keys: [...manifest.keys.filter((each) => each !== vkey), vkey] });
    });
  }

  /** Removes closed segments whose last record is older than `keepMs`. */
  removeExpired(keepMs: number, context: RecordContext, signal: AbortSignal): Promise<void> {
    return this.#alone(signal, () =>
      removeExpired(this.#state, {
        files: this.#options.files,
        olderThan: this.#iso(this.#options.now() - keepMs),
        record: (data) => this.#write([{ kind: 'SegmentRemoved', data }], context),
        keep: (manifest) => this.#keep(manifest),
      }),
    );
  }

  #alone<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const mine = this.#queue.then(async () => {
      signal.throwIfAborted();
      try {
        await this.#recover();
        return await work();
      } catch (error) {
        this.#isGone ||= isAbsent(error);
        throw journalFailure(this.chain, error, signal);
      }
    });
    this.#queue = mine.catch(() => undefined);
    return unlessAborted(mine, signal);
  }

  /** Throws as long as the disk does not take back what a failed write left. */
  async #recover(): Promise<void> {
    if (this.#doubt === undefined) return;
    const { end, attempt } = this.#doubt;
    const { files } = this.#options;
    if (end.size > 0) await restore(files, end, attempt, MAX_SEGMENT_BYTES);
    else
      await files.remove(end.path).catch((error: unknown) => {
        if (!isAbsent(error)) throw error;
      });
    this.#doubt = undefined;
  }

  async #write(entries: readonly Entry[], context: RecordContext): Promise<void> {
    const { chain, position, segment } = this.#state;
    const { actor, now } = this.#options;
    const made = await linesOf(entries, position, { ...context, chain, actor, now: this.#iso(now()) });
    for (const attachment of made.attachments) await this.#attach(attachment);
    const attempt = made.parts;
    const end = { path: this.#path(segmentFile(segment.number)), size: segment.size };
    try {
      await this.#flush(end, attempt);
    } catch (error) {
      this.#doubt = { end, attempt };
      // At once, so that a reader sees no line that was never written; where it fails, before the next write.
      await this.#recover().catch(() => undefined);
      throw error;
    }
    // They are on the disk: each of them may be the head that somebody reads meanwhile.
    const turns = new Turns();
    for (const [at, record] of made.records.entries()) {
      const line = made.lines[at] ?? Buffer.alloc(0);
      this.#state.take(record, line);
      await turns.after(line);
    }
  }

  async #flush(end: End, attempt: readonly Buffer[]): Promise<void> {
    const { files } = this.#options;
    if (end.size > 0) return appendWhole(files, end, attempt);
    await createWhole(files, end.path, attempt);
    await files.syncFolder(this.#state.folder);
  }

  async #attach({ reference, text }: Attachment): Promise<void> {
    const { files } = this.#options;
    const folder = this.#path(ATTACHMENTS);
    const path = `${folder}/${reference.sha256}.json`;
    const there = await readIfThere(files, path, MAX_SEGMENT_BYTES);
    if (there === undefined || hashOf(there) !== `sha256:${reference.sha256}`) {
      await files.makeFolder(folder);
      await replaceWhole(files, path, Buffer.from(text));
    }
    // Also of one that is there: the process that put it there may have been stopped before this, or the flush have failed.
    await files.syncFolder(folder);
  }

  /**
   * Ends the segment where it is long enough, or of another month, and begins the next one. Not between an intent and its outcome:
   * the next start reads the last segment alone, and would not know who entered and left by that write.
   */
  async #roll(context: RecordContext): Promise<void> {
    const { segment, position, replay } = this.#state;
    const { now, segmentBytes = SEGMENT_BYTES, tool } = this.#options;
    if (segment.first === undefined || replay.openIntent !== undefined) return;
    const isLate = monthOf(this.#iso(now())) > monthOf(segment.first.time);
    if (!this.#isClosed && !isLate && segment.size < segmentBytes) return;
    const after = { chain: this.chain, sequence: position.seq, hash: position.hash };
    await this.#close();
    await this.#begin({ ...this.snapshot(), tool, after }, context);
  }

  /** The manifest says so already: this process, or the one before it, was stopped before the next segment began. */
  get #isClosed(): boolean {
    return this.#state.manifest.segments.at(-1)?.first === this.#state.segment.first?.seq;
  }

  async #close(): Promise<void> {
    if (this.#isClosed) return;
    const { manifest, segment } = this.#state;
    await sign(this.#state, this.#options);
    const closed = this.#state.closedSegment(segmentFile(segment.number));
    await this.#keep({ ...manifest, segments: [...manifest.segments, closed] });
  }

  async #begin(data: Data<'SegmentStarted'>, context: RecordContext): Promise<void> {
    const before = this.#state.segment;
    if (before.first !== undefined) this.#state.segment = { number: before.number + 1, size: 0 };
    try {
      await this.#write([{ kind: 'SegmentStarted', data }], context);
    } catch (error) {
      this.#state.segment = before;
      throw error;
    }
    // A disk without room for it keeps the file as it is; it is tried again with the next segment.
    await compressClosed(this.#state, { files: this.#options.files, keep: (manifest) => this.#keep(manifest) }).catch(
      () => undefined,
    );
  }

  async #keep(manifest: Manifest): Promise<void> {
    await replaceWhole(this.#options.files, this.#path(MANIFEST), Buffer.from(manifestText(manifest)));
    this.#state.manifest = manifest;
  }

  #path(file: string): string {
    return `${this.#state.folder}/${file}`;
  }

  #iso(ms: number): string {
    return new Date(ms).toISOString();
  }
}
