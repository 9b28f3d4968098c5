/**
 * One run of the reconciler for one key, under its deadline. At the timeout its signal aborts; then it has a little time
 * to publish what it knows, and after that it is overdue: its worker goes on without it. Hazard: an overdue pass may
 * still run, so its key must not run beside it.
 */
import { startTimer, type Timer, type Timers } from '../base/index.js';
import { Plus1Error } from '../errors/index.js';
import { attempt, type Outcome } from './outcome.js';
import type { Reconcile } from './result.js';

export interface PassOptions {
  key: string;
  reconcileID: string;
  reconcile: Reconcile;
  clock: Timers;
  timeoutMs: number;
  /** From the abort to being overdue. */
  settleMs: number;
  /** How long the key waits where the pass fails. */
  retryMs: number;
  onTimeout: (pass: Pass) => void;
}

export class Pass {
  readonly key: string;
  readonly reconcileID: string;
  /** By the monotonic clock. */
  readonly startMs: number;
  /** Never rejects. */
  readonly outcome: Promise<Outcome>;
  /** Resolves only when the pass has not ended in time. */
  readonly overdue: Promise<void>;
  /** The key went while the pass ran: its result asks for nothing any more. */
  isForgotten = false;
  readonly #abort = new AbortController();
  #timer: Timer;

  constructor({ key, reconcileID, reconcile, clock, timeoutMs, settleMs, retryMs, onTimeout }: PassOptions) {
    this.key = key;
    this.reconcileID = reconcileID;
    this.startMs = clock.monotonic();
    let isOverdue: () => void;
    this.overdue = new Promise((resolve) => (isOverdue = resolve));
    const timeOut = (): void => {
      this.#timer = startTimer(clock, isOverdue, settleMs);
      onTimeout(this);
      this.#abort.abort(new Plus1Error('PLUS1_TIMEOUT', `the pass for ${key} ran longer than ${timeoutMs / 1_000} s`));
    };
    this.#timer = startTimer(clock, timeOut, timeoutMs);
    const context = { signal: this.#abort.signal, reconcileID, retryMs };
    this.outcome = attempt({ reconcile, clock }, key, context).finally(() => this.#timer.cancel());
  }

  /** Tells the pass to end at once. It is not overdue after that: the code that stops it waits as long as it likes. */
  interrupt(reason: Error): void {
    this.#timer.cancel();
    this.#abort.abort(reason);
  }
}
