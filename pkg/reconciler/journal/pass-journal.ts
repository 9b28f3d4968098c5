/**
 * The journal of one pass: what was seen, what is to be written, what became of it, and how the pass ended. What was seen waits
 * for the intent of a write, or for the end, so that one write costs few flushes; the intent is on the disk before the PUT.
 */
import type { LiveRuleset, PolicySpec, PolicyStatus } from '../../api/index.js';
import { boundSignal } from '../../base/index.js';
import { toPlus1Error, type Plus1Error } from '../../errors/index.js';
import type { Sent } from '../../github/index.js';
import {
  journalFailure,
  type AssignedTo,
  type Entry,
  type Head,
  type HoldRecords,
  type PolicyIdentity,
  type Recorded,
  type RecordContext,
  type RecordedMembers,
} from '../../journal/index.js';
import type { PolicyKey } from '../../policies/index.js';
import type { Intent, PassSight, WriteEnd } from '../pass-record.js';
import type { UnchangedPass } from '../status/idle-status.js';
import type { PassOutcome } from '../types.js';
import { DayJournal } from './day-journal.js';
import type { JournalSettings } from './journal-settings.js';
import { membershipSeen } from './membership-seen.js';
import { endEntries, exposureEntries, originsOf, sightEntries } from './pass-entries.js';
import { policyChanged } from './policy-changed.js';
import type { PolicyJournal } from './policy-journal.js';
import { countQuiet } from './quiet-passes.js';
import { membersAfter } from './recorded.js';
import { errorEvents } from './security-events.js';
import { snapshotOf } from './snapshot.js';
import { writeEnded, writeIntended, writeSuperseded } from './write-records.js';

/** How long the outcome of a write may take until it is on the disk, ms. */
const END_MS = 10_000;

export interface PassAbout {
  key: PolicyKey;
  uid: string;
  spec: PolicySpec;
  generation?: number | undefined;
  /** Field manager of the last change of `spec`, in a cluster. */
  manager?: string | undefined;
  /** As it was before the pass. */
  status: PolicyStatus;
  /** Null of what belongs to no pass. */
  reconcileID: string | null;
}

export class PassJournal {
  readonly #journal: PolicyJournal;
  readonly #settings: JournalSettings;
  readonly #about: PassAbout;
  readonly #context: RecordContext;
  readonly #day: DayJournal;
  #sight: PassSight | undefined;
  /** The ruleset as it was last read. */
  #live: LiveRuleset | undefined;
  /** Derived from what was seen, and not on the disk yet; undefined before that. */
  #waiting: Entry[] | undefined;
  /** Messages of the security events that this look recorded, or was to record. */
  readonly security: string[] = [];
  /** A write that is announced, and was not sent. */
  #isAnnounced = false;
  /** What became of a PUT, where the disk did not take it. */
  #unrecorded: WriteEnd | undefined;

  constructor(journal: PolicyJournal, settings: JournalSettings, about: PassAbout) {
    this.#journal = journal;
    this.#settings = settings;
    this.#about = about;
    this.#context = { pass: about.reconcileID, policy: identityOf(about) };
    this.#day = new DayJournal(settings, {
      ...{ key: about.key, organization: about.spec.organization, quiet: journal.quiet },
    });
  }

  /** Where the chain stands; while it cannot be opened, what the status said. */
  get head(): Head | undefined {
    return this.#journal.head ?? knownHead(this.#about.status);
  }

  /** Who was a member after a record. Throws PLUS1_RECORD_UNKNOWN, PLUS1_JOURNAL_DAMAGED and PLUS1_JOURNAL_UNAVAILABLE. */
  async recordedMembers(to: string, signal: AbortSignal): Promise<RecordedMembers> {
    const { files, root, writer } = this.#settings;
    const { key, uid, status } = this.#about;
    return this.#journal.inTurn(async () => {
      try {
        const place = { files, root, policy: { ...key, uid }, writer: await writer(), known: status.journal?.chain };
        return await membersAfter(place, to, 'rollback');
      } catch (thrown) {
        throw toPlus1Error(journalFailure(`${key.namespace}/${key.name}`, thrown));
      }
    }, signal);
  }

  /** Takes in what the pass saw. Never throws: passes go on observing where the journal does not take it. */
  async observed(sight: PassSight, signal: AbortSignal): Promise<void> {
    this.#sight = sight;
    this.#live = sight.seen.ruleset;
    await this.#journal.inTurn(() => this.#ready(signal), signal).catch(() => undefined);
  }

  /** What the chain says of the hold that runs. Throws where it is not open, or cannot be read. */
  async holdRecords(since: string, signal: AbortSignal, of?: AssignedTo): Promise<HoldRecords> {
    return this.#journal.inTurn(() => this.#journal.holdRecords(since, of), signal);
  }

  /** `WriteIntended`, flushed. Throws PLUS1_JOURNAL_UNAVAILABLE and PLUS1_JOURNAL_DAMAGED: then nothing may be sent. */
  async intend(intent: Intent, signal: AbortSignal): Promise<void> {
    const sight = this.#sight;
    const isAsSeen = sight?.seen.ruleset === intent.live;
    const nameOf = sight?.nameOf ?? ((): undefined => undefined);
    const originOf = sight === undefined ? (): undefined => undefined : originsOf(sight);
    await this.#journal.inTurn(async () => {
      await this.#supersede();
      // The ruleset changed since the pass saw it, and the plan was made again: what was seen comes first.
      if (!isAsSeen) await this.#write(() => [], signal);
      this.#live = intent.live;
      await this.#write((recorded, isWaiting) => {
        const found = isWaiting ? [] : membershipSeen(recorded, { members: intent.live.members, nameOf });
        return [...found, writeIntended(intent, originOf)];
      }, signal);
      this.#isAnnounced = true;
    }, signal);
  }

  /** What is sent beside the membership, and what became of it: flushed. Throws what the journal throws: then nothing may be sent. */
  async tell(entries: readonly Entry[], signal: AbortSignal): Promise<void> {
    await this.#journal.inTurn(async () => {
      if (this.#sight !== undefined) return this.#write(() => [...entries], signal);
      // Before anything was seen nothing is derived: that is left to what the pass sees.
      await this.#open();
      await this.#append(entries);
    }, signal);
  }

  /** The intent is replaced, and was not sent. Throws where that cannot be recorded. */
  async superseded(signal: AbortSignal): Promise<void> {
    await this.#journal.inTurn(() => this.#supersede(), signal);
  }

  /**
   * What became of a PUT. Never throws: it was sent, whatever the disk says. Where the record fails, the end of the pass writes it,
   * and else the next read of the ruleset.
   */
  async ended(end: WriteEnd): Promise<void> {
    this.#isAnnounced = false;
    this.#unrecorded = end;
    this.#live = end.live ?? this.#live;
    // Not with the signal of the pass: what was sent must be recorded, also where the pass is to stop.
    const bound = boundSignal(this.#settings.clock, END_MS);
    await this.#journal.inTurn(() => this.#recordEnd(bound.signal), bound.signal).catch(() => undefined);
    bound.release();
  }

  /** The end of the pass: what is left to be recorded, the counters of the day, and the checkpoint. Throws what the journal threw. */
  async finish(outcome: PassOutcome, sent: Sent, signal: AbortSignal): Promise<void> {
    this.#live = outcome.acted?.live ?? this.#live;
    const { status: previous, generation } = this.#about;
    await this.#journal.inTurn(async () => {
      await this.#ready(signal);
      await this.#supersede();
      await this.#recordEnd(signal);
      const nowMs = this.#settings.clock.now();
      // First what was seen: what the end of the pass adds is derived from it.
      await this.#write(() => [], signal);
      await this.#write(
        (recorded) => endEntries(recorded, { outcome, previous, sight: this.#sight, sent, nowMs }),
        signal,
      );
      await this.#day.count(outcome, { requests: sent.requests, generation }, signal);
      await this.#journal.sign(this.#context);
    }, signal);
  }

  /** Of a policy that gets no pass: its generation, and what kept it from beginning. Throws what the journal threw. */
  async idle(error: Plus1Error | undefined, signal: AbortSignal): Promise<void> {
    await this.#journal.inTurn(async () => {
      const { recorded } = await this.#open();
      await this.#append([...policyChanged(recorded, this.#about), ...errorEvents(error, this.#about.status)]);
      await this.#journal.sign(this.#context);
    }, signal);
  }

  /** What happened beside the passes. Throws what the journal threw. */
  async outside(entries: readonly Entry[], signal: AbortSignal): Promise<void> {
    await this.#journal.inTurn(async () => {
      await this.#open();
      await this.#append(entries);
      await this.#journal.sign(this.#context);
    }, signal);
  }

  /** A quick pass that found nothing changed: nothing is recorded of it, and the next pass counts it with its own. */
  unchanged(pass: UnchangedPass): void {
    countQuiet(this.#journal.quiet, { ...pass, endMs: this.#settings.clock.now() });
  }

  /** Opens the chain, and derives what was seen, where that is not done yet or the chain is another one now. */
  async #ready(signal: AbortSignal): Promise<Recorded> {
    const { recorded, isFirst } = await this.#open();
    if (this.#waiting !== undefined && !isFirst) return recorded;
    const nowMs = this.#settings.clock.now();
    const summary = await this.#day.turn(recorded, signal);
    const sight = this.#seenNow();
    const derived =
      sight === undefined
        ? policyChanged(recorded, this.#about)
        : sightEntries(recorded, { sight, version: this.#about, isFirst, nowMs });
    this.#waiting = [...summary, ...derived];
    return recorded;
  }

  /** The open chain; `isFirst` where nothing of the repositories is recorded in it yet. */
  async #open(): Promise<{ recorded: Recorded; isFirst: boolean }> {
    const { spec, status } = this.#about;
    const seen = this.#seenNow()?.seen;
    const snapshot = (): ReturnType<typeof snapshotOf> =>
      snapshotOf({ spec, status, seen, nowMs: this.#settings.clock.now() });
    const opened = await this.#journal.open({ ...this.#context, known: knownHead(status), snapshot });
    const { recorded } = opened.writer;
    if (!recorded.isUnseen || seen === undefined) return { recorded, isFirst: opened.began === 'chain' };
    const { generation, exemptions } = recorded;
    const own = { exemptions: [...exemptions.values()], ...(generation !== undefined && { generation }) };
    await this.#journal.see({ ...snapshot(), ...own }, this.#context);
    return { recorded, isFirst: true };
  }

  /** What was seen, with the ruleset as it was last read: a chain that begins now begins with that. */
  #seenNow(): PassSight | undefined {
    const [sight, live] = [this.#sight, this.#live];
    return sight === undefined || live === undefined ? sight : { ...sight, seen: { ...sight.seen, ruleset: live } };
  }

  /** Writes what waits and what `make` adds, in one flush. Once more where the volume went: then another chain begins. */
  async #write(make: (recorded: Recorded, isWaiting: boolean) => Entry[], signal: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const recorded = await this.#ready(signal);
      const waiting = this.#waiting ?? [];
      try {
        await this.#append([...waiting, ...make(recorded, waiting.length > 0)]);
        this.#waiting = [];
        return;
      } catch (thrown) {
        if (this.#journal.writer !== undefined || attempt > 1) throw thrown;
      }
    }
  }

  async #append(entries: readonly Entry[]): Promise<void> {
    const { writer } = this.#journal;
    for (const { kind, data } of entries) if (kind === 'SecurityEvent') this.security.push(data.message);
    if (entries.length > 0 && writer !== undefined) this.#day.countExposure(writer.recorded);
    await this.#journal.append(entries, this.#context);
  }

  async #supersede(): Promise<void> {
    const open = this.#journal.writer?.recorded.openIntent;
    if (this.#isAnnounced && open !== undefined) await this.#append([writeSuperseded(open)]);
    this.#isAnnounced = false;
  }

  /** With the exposures that a proved write ended, in the same flush. */
  async #recordEnd(signal: AbortSignal): Promise<void> {
    const [end, sight] = [this.#unrecorded, this.#sight];
    if (end === undefined) return;
    const nowMs = this.#settings.clock.now();
    await this.#write((recorded) => {
      if (recorded.openIntent === undefined) return [];
      const { state, live } = end;
      const isRight = state === 'proved' && live !== undefined && sight !== undefined;
      return [
        writeEnded(recorded.openIntent, end),
        ...(isRight ? exposureEntries(recorded, { sight, live, members: live.members, nowMs }) : []),
      ];
    }, signal);
    this.#unrecorded = undefined;
  }
}

function knownHead({ journal }: PolicyStatus): Head | undefined {
  if (journal === undefined) return undefined;
  const { chain, sequence, headHash } = journal;
  return { chain, sequence, hash: headHash };
}

function identityOf({ key, uid, spec }: PassAbout): PolicyIdentity {
  return { ...key, uid, organization: spec.organization, ruleset: spec.ruleset.name };
}
