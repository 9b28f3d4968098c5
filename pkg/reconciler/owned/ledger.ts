/**
 * The rulesets that Plus1 made, as the status of the policy holds them through a pass. What is about to be sent is in the journal and in
 * the status before it is sent, and its outcome after it; every status that the pass keeps has them.
 */
import type { OwnedStatus, PolicyStatus } from '../../api/index.js';
import { boundSignal, type Timers } from '../../base/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { Entry } from '../../journal/index.js';
import type { NewestDates } from '../memory/newest-dates.js';
import type { PassRecord } from '../pass-record.js';

/** How long the outcome of a write may take until it is kept, ms. */
const END_MS = 10_000;

export class OwnedLedger {
  /** The home of the pass, which keeps them with each status. */
  readonly record: PassRecord;
  /** The newest date that an answer showed of each, by id. */
  readonly dates: NewestDates;
  readonly #home: PassRecord;
  readonly #timers: Timers;
  /** By name. */
  readonly #owned: Map<string, OwnedStatus>;
  /** As it was last kept. */
  #status: PolicyStatus;
  /** What the home did not take. */
  #untold: readonly Entry[] = [];

  /** `dates`: where they are kept for the next pass. */
  constructor(status: PolicyStatus, home: PassRecord, timers: Timers, dates: NewestDates = new Map()) {
    this.dates = dates;
    this.#status = status;
    this.#home = home;
    this.#timers = timers;
    this.#owned = new Map((status.ownedRulesets ?? []).map((each) => [each.name, each]));
    this.record = {
      ...home,
      keepIntent: async (intent, signal) => {
        const status = this.in(intent.status);
        const isKept = await home.keepIntent({ ...intent, status }, signal);
        if (isKept) this.#status = status;
        return isKept;
      },
    };
  }

  /** False where nothing is kept: then nothing may be made. */
  get keeps(): boolean {
    return this.#home.keepOwned !== undefined;
  }

  get(name: string): OwnedStatus | undefined {
    return this.#owned.get(name);
  }

  get all(): readonly OwnedStatus[] {
    return [...this.#owned.values()];
  }

  /** A status with what is owned now. */
  in(status: PolicyStatus): PolicyStatus {
    const { ownedRulesets: _before, ...rest } = status;
    return this.#owned.size === 0 ? rest : { ...rest, ownedRulesets: [...this.#owned.values()] };
  }

  /** Keeps the last status with fields that the next pass must find, whatever becomes of this one. Throws where they cannot be kept. */
  async mark(fields: Partial<PolicyStatus>, signal: AbortSignal): Promise<void> {
    // A run without a memory has no next pass that could find them.
    if (!this.keeps) return;
    this.#status = { ...this.#status, ...fields };
    if (!(await this.#keep([], signal))) throw policyWent();
  }

  /** Keeps what is about to be sent. Throws where it cannot be kept, and then nothing may be sent. */
  async announce(next: OwnedStatus, told: Entry, signal: AbortSignal): Promise<void> {
    const { keepOwned } = this.#home;
    if (keepOwned === undefined)
      throw new Plus1Error('PLUS1_INTERNAL', `the ruleset ${next.name} was to be written without a memory`);
    const before = this.#owned.get(next.name);
    this.#owned.set(next.name, next);
    try {
      if (await this.#keep([told], signal)) return;
    } catch (thrown) {
      this.#put(next.name, before);
      throw thrown;
    }
    this.#put(next.name, before);
    throw policyWent();
  }

  /** What became of it; undefined: nothing is owned under that name any more. Never throws: what was sent was sent. */
  async settle(name: string, next: OwnedStatus | undefined, told: Entry): Promise<void> {
    this.#put(name, next);
    this.#untold = [...this.#untold, told];
    await this.flush();
  }

  /** Tries once more to keep what the home did not take. Never throws: the status of the pass has it too. */
  async flush(): Promise<void> {
    if (this.#untold.length === 0) return;
    // Not with the signal of the pass: what was sent must be kept, also where the pass is to stop.
    const bound = boundSignal(this.#timers, END_MS);
    await this.#keep([], bound.signal).catch(() => undefined);
    bound.release();
  }

  async #keep(told: readonly Entry[], signal: AbortSignal): Promise<boolean> {
    const status = this.in(this.#status);
    const all = [...this.#untold, ...told];
    const isKept = (await this.#home.keepOwned?.({ status, told: all }, signal)) === true;
    this.#untold = [];
    if (isKept) this.#status = status;
    return isKept;
  }

  #put(name: string, next: OwnedStatus | undefined): void {
    if (next === undefined) this.#owned.delete(name);
    else this.#owned.set(name, next);
  }
}

const policyWent = (): Plus1Error =>
  new Plus1Error('PLUS1_INTERRUPTED', 'the policy went during the pass; nothing more is written');
