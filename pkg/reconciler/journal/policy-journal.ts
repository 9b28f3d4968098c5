/**
 * The chain of one policy, as a process holds it over its passes: opened when it is needed, and opened again where its volume
 * went, another writer led meanwhile, or a person gave it up. Hazard: everything that touches it waits for its turn, since the
 * next records are derived from those that are on the disk.
 */
import { join } from 'node:path';
import { faultText, unlessAborted, type Log } from '../../base/index.js';
import { Plus1Error, toPlus1Error } from '../../errors/index.js';
import {
  holdRecords,
  isLossRequested,
  journalFailure,
  openChain,
  parseCheckpoint,
  type AssignedTo,
  type ChainWriter,
  type Entry,
  type Head,
  type HoldRecords,
  type PolicyIdentity,
  type RecordContext,
  type Snapshot,
} from '../../journal/index.js';
import { keyString, type PolicyKey } from '../../policies/index.js';
import { dateOf } from './day-counters.js';
import { folderBytes } from './folder-bytes.js';
import type { JournalMetrics, JournalSettings } from './journal-settings.js';
import type { QuietByDay } from './quiet-passes.js';
import { redacted } from './redacted.js';
import { journalLost } from './security-events.js';

/** A write that has begun is never cut off: what it left on the disk would have to be guessed. */
const NEVER = new AbortController().signal;

export interface Opening extends RecordContext {
  /** `status.journal` of the policy. */
  known: Head | undefined;
  /** What is true now, for a chain that begins or goes on after another writer led. */
  snapshot: () => Snapshot;
}

export class PolicyJournal {
  /** Of the days that the process has not counted whole. */
  readonly quiet: QuietByDay = new Map();
  readonly #settings: JournalSettings;
  readonly #key: PolicyKey;
  #writer: ChainWriter | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  /** The chain that was named by the status when ours was opened. */
  #after: string | undefined;
  /** Of the last opening. */
  #policy: PolicyIdentity | undefined;
  /** The day of the last checkpoint of this process. */
  #signedOn = '';

  constructor(settings: JournalSettings, key: PolicyKey) {
    this.#settings = settings;
    this.#key = key;
  }

  /** Undefined while the chain is not open. */
  get writer(): ChainWriter | undefined {
    return this.#writer;
  }

  get head(): Head | undefined {
    return this.#writer?.head;
  }

  /** Work on the chain, one after the other. The signal ends the wait, and never the work. */
  inTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return unlessAborted(mine, signal);
  }

  /**
   * The chain, open; `began` says what began with it just now. Within a turn. Throws PLUS1_JOURNAL_UNAVAILABLE and
   * PLUS1_JOURNAL_DAMAGED.
   */
  async open(opening: Opening): Promise<{ writer: ChainWriter; began?: 'chain' | 'segment' }> {
    this.#policy = opening.policy;
    await this.#letGo(opening);
    if (this.#writer !== undefined) return { writer: this.#writer };
    const { files, root, actor, tool, clock, random, beforeWrite } = this.#settings;
    try {
      beforeWrite?.();
      const own = { writer: await this.#settings.writer(), keys: await this.#settings.keys() };
      const journal = { ...own, files, root, actor, tool, random, now: (): number => clock.now() };
      const { writer, began, isLost } = await openChain(journal, opening, NEVER);
      this.#writer = writer;
      this.#after = opening.known?.chain;
      const stands = { chain: writer.chain, sequence: writer.head?.sequence, vkey: writer.vkey };
      this.#log(opening).info('Journal opened', stands);
      this.#written();
      if (isLost || (began === 'chain' && (await this.#isLost(opening)))) await this.#reportLoss(writer, opening);
      await this.#removeExpired(opening);
      return { writer, ...(began !== undefined && { began }) };
    } catch (thrown) {
      throw this.#failed(thrown);
    }
  }

  /** Writes records, all of them or none. Within a turn, and while the chain is open. */
  async append(entries: readonly Entry[], context: RecordContext): Promise<void> {
    const writer = this.#writer;
    if (writer === undefined || entries.length === 0) return;
    try {
      this.#settings.beforeWrite?.();
      await writer.append(entries.map(redacted), context, NEVER);
    } catch (thrown) {
      if (writer.isGone) this.#writer = undefined;
      throw this.#failed(thrown);
    }
    this.#written();
    this.#metrics?.journalRecord({
      sequence: writer.head?.sequence ?? 0,
      lastRecordSeconds: Date.parse(writer.lastTime) / 1_000,
    });
    for (const { kind, data } of entries) if (kind === 'SecurityEvent') this.#metrics?.securityEvent(data.event);
  }

  /** Within a turn. Throws PLUS1_JOURNAL_UNAVAILABLE where the chain is not open, and what reading it throws. */
  async holdRecords(since: string, of?: AssignedTo): Promise<HoldRecords> {
    const { files } = this.#settings;
    const unread = (why: string, cause?: unknown): Plus1Error =>
      new Plus1Error('PLUS1_JOURNAL_UNAVAILABLE', `cannot read of the hold in the journal: ${why}`, { cause });
    if (this.#writer === undefined) throw unread('it is not open');
    try {
      return await holdRecords(files, this.#writer.folder, since, of);
    } catch (thrown) {
      throw unread(faultText(thrown), thrown);
    }
  }

  /** A new segment that begins with what is true now: until now no pass had seen it. */
  async see(snapshot: Snapshot, context: RecordContext): Promise<void> {
    const head = this.#writer?.head;
    if (this.#writer === undefined || head === undefined) return;
    try {
      this.#settings.beforeWrite?.();
      await this.#writer.join(head, redacted(snapshot), context, NEVER);
      this.#written();
    } catch (thrown) {
      throw this.#failed(thrown);
    }
  }

  /** Signs where the chain stands, and tells the log: where the newest checkpoint does not cover it, and once a day. */
  async sign(context: RecordContext): Promise<void> {
    const writer = this.#writer;
    if (writer?.head === undefined) return;
    try {
      const today = dateOf(this.#settings.clock.now());
      // A policy that gets no pass has no records of today; a copy of where it stands leaves the machine all the same.
      const isDue = dateOf(Date.parse(writer.lastTime)) < today && this.#signedOn !== today;
      if (writer.head.sequence > writer.signedSize || isDue) {
        this.#signedOn = today;
        const note = (await writer.checkpoint(NEVER)) ?? '';
        const { origin, size, root } = parseCheckpoint(note) ?? {};
        this.#log(context).info('Checkpoint', { origin, size, root, note });
      }
      this.#metrics?.journal({
        sequence: writer.head.sequence,
        bytes: await folderBytes(writer.folder),
        lastRecordSeconds: Date.parse(writer.lastTime) / 1_000,
        signedSeconds: Date.parse(writer.lastTime) / 1_000,
      });
    } catch (thrown) {
      throw this.#failed(thrown);
    }
  }

  /** The policy was deleted: the last record of its chain. Nothing where the chain is not open, or cannot be written. */
  async deleted(): Promise<void> {
    const policy = this.#policy;
    if (policy === undefined || this.#writer === undefined) return;
    await this.append([{ kind: 'PolicyDeleted', data: {} }], { pass: null, policy });
    await this.sign({ pass: null, policy });
    this.#writer = undefined;
  }

  async #removeExpired({ pass, policy }: RecordContext): Promise<void> {
    await this.#writer?.removeExpired(this.#settings.retentionMs, { pass, policy }, NEVER);
    this.#written();
  }

  /** Gives up a writer whose chain is not the one to go on with. */
  async #letGo({ known, policy }: Opening): Promise<void> {
    const writer = this.#writer;
    if (writer === undefined) return;
    const { files, root } = this.#settings;
    const isOther = known !== undefined && known.chain !== writer.chain && known.chain !== this.#after;
    // A request that cannot be read is the business of the one who opens the chain.
    const isGivenUp = await isLossRequested({ files, root }, policy).catch(() => true);
    const isThere = await files.list(writer.folder).then(
      (names) => names.length > 0,
      () => false,
    );
    if (isOther || isGivenUp || !isThere) this.#writer = undefined;
  }

  /** Of a writer that has no other beside it: a chain that is not there was lost, even where the name of the writer went with it. */
  async #isLost({ known }: Opening): Promise<boolean> {
    const { files, root, isOnlyWriter } = this.#settings;
    if (!isOnlyWriter || known === undefined) return false;
    return files.list(join(root, ...known.chain.split('/'))).then(
      (names) => names.length === 0,
      () => true,
    );
  }

  #log({ pass, policy }: RecordContext): Log {
    const { organization } = policy;
    return this.#settings.log.with({
      policy: keyString(this.#key),
      organization,
      ...(pass !== null && { reconcileID: pass }),
    });
  }

  async #reportLoss(writer: ChainWriter, { known, pass, policy }: Opening): Promise<void> {
    const chain = known?.chain ?? '';
    const message = `The journal ${chain} is not there any more; the chain ${writer.chain} was started`;
    this.#settings.onLost?.(this.#key, message);
    await this.append([journalLost(chain)], { pass, policy });
  }

  /** What is flushed stays: it may be sent on. */
  #written(): void {
    const head = this.#writer?.head;
    if (head !== undefined) this.#settings.onWritten?.(head);
  }

  #failed(thrown: unknown): Plus1Error {
    const chain = this.#writer?.chain ?? `${this.#key.namespace}/${this.#key.name}`;
    const error = toPlus1Error(journalFailure(chain, thrown));
    this.#metrics?.journalError();
    return error;
  }

  get #metrics(): JournalMetrics | undefined {
    return this.#settings.metrics?.(this.#key, this.#policy?.organization ?? '');
  }
}
