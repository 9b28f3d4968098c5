/**
 * Deliveries whose signature fits no secret, as security events: one record an hour with their number, in the journal of each policy that
 * names a webhook Secret. Anybody can send forgeries, and a record for each would let them fill the disk.
 */
import { startTimer, type Log, type Timer, type Timers } from '../../base/index.js';
import { toPlus1Error } from '../../errors/index.js';
import type { Entry } from '../../journal/index.js';
import { keyString, type PolicyHome, type PolicyRecord } from '../../policies/index.js';
import type { JournalKeeper } from '../journal/journal-keeper.js';
import { forgeryEvent } from '../journal/security-events.js';

const HOUR_MS = 3_600_000;
/** The first record of a burst shall tell of the burst. */
const BURST_MS = 2_000;
/** Sources that a record names. */
const MAX_SOURCES = 3;

export interface ForgeriesOptions {
  home: Pick<PolicyHome, 'list'>;
  /** Absent where no journal is kept: then the log alone is told. */
  journal?: Pick<JournalKeeper, 'outside'> | undefined;
  /** The journal is written by the process that leads. */
  isLeading: () => boolean;
  clock: Timers;
  log: Log;
}

export class Forgeries {
  readonly #options: ForgeriesOptions;
  readonly #sources = new Set<string>();
  #count = 0;
  #sinceMs = 0;
  /** The last record, by the monotonic clock. */
  #toldMs = -HOUR_MS;
  #timer: Timer | undefined;

  constructor(options: ForgeriesOptions) {
    this.#options = options;
  }

  /** One more. Never throws. */
  add(source: string): void {
    const { clock } = this.#options;
    if (this.#count === 0) this.#sinceMs = clock.now();
    this.#count += 1;
    if (this.#sources.size <= MAX_SOURCES) this.#sources.add(source);
    if (this.#timer !== undefined) return;
    const waitMs = Math.max(BURST_MS, this.#toldMs + HOUR_MS - clock.monotonic());
    this.#timer = startTimer(clock, () => void this.#tell(), waitMs);
    this.#timer.unref();
  }

  async #tell(): Promise<void> {
    const { home, isLeading, clock, log } = this.#options;
    const [count, sources] = [this.#count, [...this.#sources]];
    this.#timer = undefined;
    this.#toldMs = clock.monotonic();
    this.#count = 0;
    this.#sources.clear();
    const named = sources.slice(0, MAX_SOURCES).join(', ') + (sources.length > MAX_SOURCES ? ' and others' : '');
    const since = new Date(this.#sinceMs).toISOString();
    log.warn('Webhook deliveries rejected', { count, since, sources: named });
    if (!isLeading()) return;
    const entry = forgeryEvent({ count, since, sources: named });
    for (const record of home.list().filter(({ policy }) => policy?.spec.github.webhook !== undefined))
      await this.#record(record, entry);
  }

  async #record(
    { key, uid, recordUID = uid, policy, generation, manager, status }: PolicyRecord,
    entry: Entry,
  ): Promise<void> {
    const { journal, log } = this.#options;
    if (policy === undefined || journal === undefined) return;
    try {
      await journal.outside({ key, uid: recordUID, spec: policy.spec, generation, manager, status }, [entry]);
    } catch (thrown) {
      const { code, message } = toPlus1Error(thrown);
      log.warn('Rejected webhook deliveries not recorded', { policy: keyString(key), code, error: message });
    }
  }
}
