/**
 * Sends the journal to one sink, in order and at least once. What the sink has taken is kept after its answer; what it cannot take now
 * waits in the journal. Nothing of it is ever in the way of a pass.
 */
import { faultText, ignoreAbort, linkSignals, sleep, startTimer, type Log, type Timers } from '../base/index.js';
import type { Chains, ChainHead, Waiting } from './chains.js';
import type { SinkConfig } from './config.js';
import type { Cursors } from './cursors.js';
import type { Delivery } from './deliver.js';
import { eventOf, type SiemEvent } from './event.js';
import { LONGEST_WAIT_MS } from './sinks/answer.js';
import type { Verdict } from './sinks/sink.js';

/** The hooks of one sink. */
export interface SinkMetrics {
  /** What waits: how many records, and since when the oldest. */
  lag(records: number, seconds: number): void;
  records(result: 'sent' | 'rejected', count: number): void;
  up(isUp: boolean): void;
}

export interface ForwarderOptions {
  sink: SinkConfig;
  chains: Chains;
  cursors: Cursors;
  delivery: Delivery;
  clock: Timers;
  /** In [0, 1). */
  random: () => number;
  log: Log;
  metrics?: SinkMetrics | undefined;
  productVersion: string;
  /** Keeps a record that the sink refused. */
  reject: (event: SiemEvent, why: string) => Promise<void>;
  /** What is in the way of a file of that length; undefined where nothing is. */
  shortage?: ((bytes: number) => Promise<string | undefined>) | undefined;
}

/** Chains that nobody of this process writes are looked for again after that. */
const SCAN_MS = 60_000;
const FIRST_BACKOFF_MS = 1_000;
/** A credential or an address that is refused is tried again after that. */
const STOPPED_MS = 600_000;
/** So many refused in a row are no fault of the records. */
const REFUSED_IN_A_ROW = 100;
const MEASURE_MS = 10_000;
const NOTHING = (): void => undefined;

interface Sending {
  waiting: Waiting;
  event: SiemEvent;
}

export class Forwarder {
  readonly #options: ForwarderOptions;
  /** Ends the wait that is under way. */
  #onDrain = NOTHING;
  #onRecords = NOTHING;
  #isStopping = false;
  #backoffMs = FIRST_BACKOFF_MS;
  #refused = 0;
  /** Why it does not work now; told once. */
  #fault: string | undefined;
  #cannotSave = false;

  constructor(options: ForwarderOptions) {
    this.#options = options;
  }

  /** Records were written and flushed. Returns at once. */
  wrote(head: ChainHead): void {
    this.#options.chains.wrote(head, this.#options.clock.now());
    this.#onRecords();
  }

  /** What waits is tried once more, and then `run` ends. */
  drain(): void {
    this.#isStopping = true;
    this.#onDrain();
  }

  /** Until it is drained, or the signal aborts. Never throws. */
  async run(signal: AbortSignal): Promise<void> {
    const stopMeasuring = this.#measureAlways();
    try {
      await this.#load();
      while (!signal.aborted) {
        const sent = await this.#step(signal).catch((error: unknown) => this.#cannotRead(error));
        if (this.#isStopping && !sent) return;
        if (!sent) await this.#rest(signal);
      }
    } finally {
      stopMeasuring();
      await this.#options.delivery.close();
    }
  }

  async #load(): Promise<void> {
    const { cursors, log, sink } = this.#options;
    const isWhole = await cursors.load().catch(() => false);
    if (!isWhole)
      log.warn('SIEM cursor unreadable', { sink: sink.name, file: cursors.path, effect: 'every record is sent again' });
    this.#options.metrics?.up(true);
  }

  /** One batch. False where nothing waits, or a drain got no further. */
  async #step(signal: AbortSignal): Promise<boolean> {
    const { chains, delivery, sink } = this.#options;
    if (!chains.mayHaveMore) await chains.scan();
    const records = Math.min(sink.batch.records, delivery.maxRecords);
    const bytes = Math.min(sink.batch.bytes, delivery.maxBytes);
    const waiting = await chains.next({ records, bytes });
    if (waiting.length === 0) return false;
    return this.#sendAll(waiting, signal);
  }

  async #sendAll(waiting: readonly Waiting[], signal: AbortSignal): Promise<boolean> {
    const { kinds, format } = this.#options.sink;
    const { productVersion } = this.#options;
    const isWanted = ({ line }: Waiting): boolean => kinds.includes('*') || kinds.includes(line.record.kind);
    const skipped: Waiting[] = [];
    const queue: Sending[][] = [[]];
    for (const each of waiting) {
      if (isWanted(each)) queue[0]?.push({ waiting: each, event: eventOf(each.line, { format, productVersion }) });
      else skipped.push(each);
    }
    for (let part = queue.shift(); part !== undefined; part = queue.shift()) {
      if (part.length === 0) continue;
      const verdict = await this.#send(part, signal);
      if (verdict === undefined) return false;
      if (verdict.kind === 'refused') {
        const half = Math.ceil(part.length / 2);
        if (part.length > 1) queue.unshift(part.slice(0, half), part.slice(half));
        else await this.#reject(part[0], verdict.why, signal);
      } else await this.#done(part.map((each) => each.waiting));
    }
    if (skipped.length > 0) await this.#done(skipped);
    return true;
  }

  /** Until the sink takes or refuses it; undefined where a drain, or the signal, ends that. */
  async #send(part: readonly Sending[], signal: AbortSignal): Promise<Verdict | undefined> {
    const { delivery, metrics } = this.#options;
    while (!signal.aborted) {
      const verdict = await delivery
        .deliver(
          part.map(({ event }) => event),
          signal,
        )
        .catch(ignoreAbort(signal));
      if (verdict === undefined) return undefined;
      if (verdict.kind === 'taken' || verdict.kind === 'refused') {
        if (verdict.kind === 'taken') {
          metrics?.records('sent', part.length);
          this.#refused = 0;
          this.#works();
        }
        this.#backoffMs = FIRST_BACKOFF_MS;
        return verdict;
      }
      this.#fails(verdict);
      if (this.#isStopping) return undefined;
      await this.#wait(this.#pauseMs(verdict), signal);
      if (this.#isStopping && verdict.kind === 'stopped') return undefined;
    }
    return undefined;
  }

  #pauseMs(verdict: Exclude<Verdict, { kind: 'taken' | 'refused' }>): number {
    if (verdict.kind === 'stopped') return STOPPED_MS;
    const backoffMs = this.#backoffMs;
    this.#backoffMs = Math.min(backoffMs * 2, LONGEST_WAIT_MS);
    // Several replicas and sinks that failed at once shall not come back at once.
    return verdict.afterMs ?? backoffMs * (0.5 + this.#options.random() / 2);
  }

  async #reject(part: Sending | undefined, why: string, signal: AbortSignal): Promise<void> {
    if (part === undefined) return;
    const { event, waiting } = part;
    const { log, metrics, reject, sink, chains } = this.#options;
    const isKept = await reject(event, why).then(
      () => true,
      () => false,
    );
    log.warn('SIEM record refused', { sink: sink.name, record: event.key, kind: event.kind, why, kept: isKept });
    metrics?.records('rejected', 1);
    this.#refused += 1;
    await this.#done([waiting]);
    if (this.#refused < REFUSED_IN_A_ROW || !chains.mayHaveMore) return;
    this.#fails({ kind: 'stopped', why: `it refuses every record: ${why}`, fix: 'check url and type of the sink' });
    if (!this.#isStopping) await this.#wait(STOPPED_MS, signal);
  }

  async #done(waiting: readonly Waiting[]): Promise<void> {
    const { chains, cursors, log, shortage, sink } = this.#options;
    chains.done(waiting);
    this.#measure();
    try {
      const low = await shortage?.(Buffer.byteLength(cursors.text));
      if (low !== undefined) throw new Error(low);
      await cursors.save();
      this.#cannotSave = false;
    } catch (error) {
      if (this.#cannotSave) return;
      this.#cannotSave = true;
      const effect = 'after a restart records are sent again';
      log.warn('SIEM cursor not kept', { sink: sink.name, error: faultText(error), effect });
    }
  }

  #works(): void {
    const { log, metrics, sink } = this.#options;
    if (this.#fault !== undefined) log.info('SIEM sink works again', { sink: sink.name });
    this.#fault = undefined;
    metrics?.up(true);
  }

  #fails(verdict: Exclude<Verdict, { kind: 'taken' | 'refused' }>): void {
    const { log, metrics, sink } = this.#options;
    metrics?.up(false);
    if (this.#fault === verdict.kind) return;
    this.#fault = verdict.kind;
    if (verdict.kind === 'later') log.warn('SIEM sink does not answer', { sink: sink.name, why: verdict.why });
    else log.error('SIEM sink refuses', { sink: sink.name, why: verdict.why, fix: verdict.fix });
  }

  #cannotRead(error: unknown): false {
    const { log, sink } = this.#options;
    if (this.#fault !== 'journal')
      log.error('SIEM cannot read the journal', { sink: sink.name, error: faultText(error) });
    this.#fault = 'journal';
    return false;
  }

  /** Nothing waits: until somebody writes, and then a little longer, so that what comes together is sent together. */
  async #rest(signal: AbortSignal): Promise<void> {
    // Somebody may have written since the look: then there is nothing to wait for.
    if (!this.#options.chains.mayHaveMore) await this.#wait(SCAN_MS, signal, { isWokenByRecords: true });
    await this.#wait(this.#options.sink.batch.waitMs, signal);
  }

  /** Ends early where the signal aborts, where it is drained, and where it says so when somebody writes. */
  async #wait(ms: number, signal: AbortSignal, { isWokenByRecords = false } = {}): Promise<void> {
    if (this.#isStopping) return;
    const woken = linkSignals(signal);
    const wake = (): void => woken.abort(new Error('woken'));
    this.#onDrain = wake;
    if (isWokenByRecords) this.#onRecords = wake;
    try {
      await sleep(this.#options.clock, ms, woken.signal).catch(() => undefined);
    } finally {
      this.#onDrain = NOTHING;
      this.#onRecords = NOTHING;
      woken.release();
    }
  }

  #measure(): void {
    const { chains, clock, metrics } = this.#options;
    const { oldestMs } = chains;
    metrics?.lag(chains.lagRecords, oldestMs === undefined ? 0 : Math.max(0, (clock.now() - oldestMs) / 1_000));
  }

  /** What waits grows older while the loop waits for the sink. */
  #measureAlways(): () => void {
    let isOver = false;
    const again = (): void => {
      if (isOver) return;
      this.#measure();
      startTimer(this.#options.clock, again, MEASURE_MS).unref();
    };
    again();
    return () => void (isOver = true);
  }
}
