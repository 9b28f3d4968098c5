/**
 * The loop: takes keys from the queue, runs the reconciler, and puts each key back as its outcome says. The only place
 * that knows when a key is looked at again, and the one that logs a failure. Hazard: a worker never sleeps; whatever
 * waits does so in the queue.
 *
 * The contract is that of https://pkg.go.dev/sigs.k8s.io/controller-runtime/pkg/reconcile.
 */
import type { Log, Timers } from '../base/index.js';
import { Plus1Error, toPlus1Error } from '../errors/index.js';
import { Backoff, FIRST_BACKOFF_MS } from './backoff.js';
import { jitter, jitterLater } from './jitter.js';
import { nopControllerMetrics, type ControllerMetrics, type ReconcileResult } from './metrics.js';
import type { Outcome } from './outcome.js';
import { Pass } from './pass.js';
import { WorkQueue } from './queue.js';
import type { ExactTime, Reconcile } from './result.js';
import { aborted, within } from './within.js';

/** The default of a policy's own bound on a pass. */
const DEFAULT_TIMEOUT_MS = 30 * 60_000;
/** Time after the timeout in which the status is still written. */
const DEFAULT_SETTLE_MS = 30_000;
/** A pass that is nearly done may end by itself when the process stops… */
const DEFAULT_SHUTDOWN_MS = 25_000;
/** …and after that it has this long to heed its signal. Together below the 30 s that Kubernetes grants a pod. */
const STOP_SETTLE_MS = 3_000;
/** A result that asks for "now" would spin, so no key comes back sooner than after a first failure. */
const SHORTEST_REQUEUE_MS = FIRST_BACKOFF_MS;

/**
 * An exact wait is measured again this often. Timers follow a clock that is never set and stands still while the machine
 * sleeps: after a day they would come seconds early, or hours late.
 */
const EXACT_LEG_MS = 60_000;

/** A wall clock that goes back by more than this was set: the small steps of NTP are far below it. */
const SET_BACK_MS = 60_000;

/** The longest known wait that is believed. */
export const LONGEST_WAIT_MS = 2 * 3_600_000;

/** None of the functions but `reconcile` may throw: one that does ends `run`. */
export interface ControllerOptions {
  /** The label of its metrics and log lines. */
  name: string;
  /** The field of a log line that holds a key. Default `key`. */
  keyField?: string;
  reconcile: Reconcile;
  /** Number of workers. */
  concurrency: number;
  clock: Timers;
  /** In [0, 1). */
  random: () => number;
  /** Makes a `reconcileID`. */
  newID: () => string;
  log: Log;
  /** Default: counts nothing. */
  metrics?: ControllerMetrics;
  /** Bound on one pass, for all keys or by key. Default 30 min. */
  timeoutMs?: number | ((key: string) => number);
  /** Bound on the wait after failures, by key: one that runs every minute shall not wait a quarter of an hour. Default: none. */
  longestRetryMs?: (key: string) => number;
  /** How long a pass that timed out keeps its worker while it publishes. Default 30 s. */
  settleMs?: number;
  /** How long passes in flight may go on when the controller stops. Default 25 s. */
  shutdownMs?: number;
}

const RESULT_OF: Record<Outcome['kind'], ReconcileResult> = {
  done: 'success',
  requeueAfter: 'requeue_after',
  wait: 'requeue_after',
  at: 'requeue_after',
  terminal: 'error',
  failed: 'error',
};

export class Controller {
  readonly #options: ControllerOptions;
  readonly #metrics: ControllerMetrics;
  readonly #log: Log;
  readonly #queue: WorkQueue;
  readonly #backoff = new Backoff();
  /** One a key, overdue ones too. */
  readonly #passes = new Map<string, Pass>();
  readonly #overdue = new Set<string>();
  /** Keys that wait for a time of the wall clock. */
  readonly #exact = new Map<string, ExactTime>();
  /**
   * Keys that somebody asked for and that did not begin to run since. The queue alone cannot tell: a key that comes out of
   * it may have been asked for, or a leg of its exact wait may have ended.
   */
  readonly #asked = new Set<string>();
  #activeWorkers = 0;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#metrics = options.metrics ?? nopControllerMetrics;
    this.#log = options.log.with({ controller: options.name });
    this.#queue = new WorkQueue({ clock: options.clock, metrics: this.#metrics.queue });
  }

  /** Look at this key as soon as a worker is free, whatever it waits for; where it runs, once more after that. */
  add(key: string): void {
    this.#asked.add(key);
    this.#queue.add(key);
  }

  /** The key is gone: its wait, its failures and its next run vanish, and what a pass in flight asks for is not heeded. */
  forget(key: string): void {
    this.#exact.delete(key);
    this.#asked.delete(key);
    this.#queue.remove(key);
    this.#backoff.forget(key);
    const pass = this.#passes.get(key);
    if (pass !== undefined) pass.isForgotten = true;
  }

  /** Keys whose pass did not end in spite of its timeout. They run again only once it does: a matter for the liveness check. */
  overdue(): string[] {
    return [...this.#overdue];
  }

  /** How many keys are in work or in line; 0 where all there is to do is to wait. */
  get pending(): number {
    return this.#queue.processing + this.#queue.length;
  }

  /** Ends all passes in flight at once; for a lost lease, after the signal of `run` was aborted. */
  interrupt(reason: Error): void {
    for (const pass of this.#passes.values()) pass.interrupt(reason);
  }

  /**
   * Works until the signal aborts, then lets what is in flight end; resolves at most 28 s later. To be called once, when
   * everything that the reconciler looks into is there (its caches have synced).
   */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, concurrency, shutdownMs = DEFAULT_SHUTDOWN_MS } = this.#options;
    this.#metrics.maxConcurrentReconciles(concurrency);
    const workers = Promise.all(Array.from({ length: concurrency }, () => this.#work(signal)));
    // A worker ends early only where something injected throws: better no controller than one short of a worker.
    await Promise.race([aborted(signal), workers]).finally(() => this.#queue.shutDown());
    if (await within(clock, workers, shutdownMs)) return;
    this.interrupt(new Plus1Error('PLUS1_INTERRUPTED', 'the controller stops'));
    if (await within(clock, workers, STOP_SETTLE_MS)) return;
    this.#log.error('Stopped without waiting for passes that do not end', { keys: [...this.#passes.keys()] });
  }

  async #work(stop: AbortSignal): Promise<void> {
    for (;;) {
      const key = await this.#queue.get();
      if (key === undefined) return;
      // What is still in line is not begun.
      if (stop.aborted) return this.#queue.done(key);
      if (this.#isEarly(key)) continue;
      this.#metrics.activeWorkers((this.#activeWorkers += 1));
      await this.#process(key);
      this.#metrics.activeWorkers((this.#activeWorkers -= 1));
    }
  }

  /** Resolves when the worker is free: the pass has ended, or it is overdue. */
  async #process(key: string): Promise<void> {
    const { reconcile, clock, newID, timeoutMs = DEFAULT_TIMEOUT_MS, settleMs = DEFAULT_SETTLE_MS } = this.#options;
    const pass = new Pass({
      key,
      reconcileID: newID(),
      reconcile,
      clock,
      timeoutMs: typeof timeoutMs === 'number' ? timeoutMs : timeoutMs(key),
      settleMs,
      retryMs: this.#retryMs(key),
      onTimeout: () => this.#metrics.timeout(),
    });
    this.#passes.set(key, pass);
    const ended = pass.outcome.then((outcome) => this.#conclude(pass, outcome));
    await Promise.race([ended, pass.overdue.then(() => this.#leaveBehind(pass))]);
  }

  /** Two passes for one key could undo each other's writes, so the key stays in work until this one is over. */
  #leaveBehind(pass: Pass): void {
    if (this.#passes.get(pass.key) !== pass) return;
    this.#overdue.add(pass.key);
    this.#log.error('Pass goes on after its timeout; its worker does not wait', this.#fieldsOf(pass));
  }

  #conclude(pass: Pass, outcome: Outcome): void {
    try {
      if (!pass.isForgotten) this.#requeue(pass.key, outcome);
      this.#count(outcome, (this.#options.clock.monotonic() - pass.startMs) / 1_000);
      this.#report(pass, outcome);
    } finally {
      this.#passes.delete(pass.key);
      this.#overdue.delete(pass.key);
      this.#queue.done(pass.key);
    }
  }

  #requeue(key: string, outcome: Outcome): void {
    const { random } = this.#options;
    if (outcome.kind === 'failed') {
      this.#queue.addAfter(key, this.#retryMs(key));
      this.#backoff.when(key);
      return;
    }
    this.#backoff.forget(key);
    switch (outcome.kind) {
      case 'requeueAfter':
        return this.#addAfter(key, jitter(outcome.ms, random));
      case 'wait':
        return this.#addAfter(key, jitterLater(Math.min(LONGEST_WAIT_MS, outcome.ms), random));
      case 'at':
        return this.#waitUntil(key, outcome);
      case 'terminal':
        if (outcome.retryAt !== undefined) return this.#waitUntil(key, outcome.retryAt);
        return outcome.retryAfterMs === undefined
          ? undefined
          : this.#addAfter(key, jitter(outcome.retryAfterMs, random));
      case 'done':
        return;
    }
  }

  #retryMs(key: string): number {
    return Math.min(this.#backoff.next(key), this.#options.longestRetryMs?.(key) ?? Infinity);
  }

  /**
   * Where the clock was set back, the first time of the schedule after that counts. With `next` asked a little ahead of now, a
   * clock that runs on, or goes back by a small step, changes nothing: then the answer is never before the time that is waited for.
   */
  #waitUntil(key: string, { untilMs, next }: ExactTime): void {
    const nowMs = this.#options.clock.now();
    const firstMs = Math.min(untilMs, next(nowMs + SET_BACK_MS));
    this.#exact.set(key, { untilMs: firstMs, next });
    this.#addAfter(key, Math.min(EXACT_LEG_MS, firstMs - nowMs));
  }

  /** True where only a leg of an exact wait has ended, and nobody asked for the key; then the next one has begun. */
  #isEarly(key: string): boolean {
    const wait = this.#exact.get(key);
    this.#exact.delete(key);
    if (this.#asked.delete(key) || wait === undefined || wait.untilMs <= this.#options.clock.now()) return false;
    this.#waitUntil(key, wait);
    this.#queue.done(key);
    return true;
  }

  #addAfter(key: string, ms: number): void {
    this.#queue.addAfter(key, Math.max(SHORTEST_REQUEUE_MS, ms));
  }

  #count(outcome: Outcome, seconds: number): void {
    this.#metrics.reconcileTime(seconds);
    this.#metrics.reconcile(RESULT_OF[outcome.kind]);
    if (RESULT_OF[outcome.kind] === 'error') this.#metrics.reconcileError();
    if (outcome.kind === 'terminal') this.#metrics.terminalError();
    if (outcome.kind === 'failed' && outcome.panic) this.#metrics.panic();
  }

  #report(pass: Pass, outcome: Outcome): void {
    if (outcome.kind !== 'failed' && outcome.kind !== 'terminal') return;
    const { code, message, fix } = toPlus1Error(outcome.error);
    const fields = { ...this.#fieldsOf(pass), code, error: message, fix };
    if (outcome.kind === 'terminal') this.#log.error('Reconcile waits for a change', fields);
    else if (outcome.panic) this.#log.error('Reconcile panicked', { ...fields, stack: outcome.error.stack });
    else this.#log.error('Reconcile failed', { ...fields, failures: this.#backoff.failures(pass.key) });
  }

  #fieldsOf({ key, reconcileID }: Pass): Record<string, unknown> {
    return { [this.#options.keyField ?? 'key']: key, reconcileID };
  }
}
