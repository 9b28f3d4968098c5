/**
 * The contract between the loop and a reconciler. A reconciler gets a key and looks for itself: no event, no old object.
 * What it throws is a failure; what it returns says when to look again. Hazard: after `done` nothing comes back by
 * itself, only through `add`.
 */

export type Result =
  /** Nothing to wait for. */
  | { kind: 'done' }
  /** Look again after about this long (± 5 %). */
  | { kind: 'requeueAfter'; ms: number }
  /**
   * A known wait, such as a rate limit: no failure, and never looked at again before `ms` have passed. Some 5 % later, since
   * many may wait for the same; two hours at the most, since the server that named the time may be wrong.
   */
  | { kind: 'wait'; ms: number }
  /** At that very time of the wall clock, for times that a person named. */
  | ({ kind: 'at' } & ExactTime)
  /** Trying again does not help until something changes; looked at again after `retryAfterMs` (± 5 %), or at that very time. */
  | { kind: 'terminal'; error: Error; retryAfterMs?: number; retryAt?: ExactTime };

/** A time of the wall clock, as a schedule names it. */
export interface ExactTime {
  /** Unix ms. */
  untilMs: number;
  /**
   * The first such time after a given one: a later time gives no earlier answer. Asked where the wall clock was set back, so that
   * a key does not wait for as long as the clock was ahead.
   */
  next: (afterMs: number) => number;
}

export interface ReconcileContext {
  /** Aborts at the timeout and when the controller stops; its reason is an Error that says which. */
  signal: AbortSignal;
  /** One id for all log lines of this run. */
  reconcileID: string;
  /** How long the key waits where this run fails. */
  retryMs: number;
}

/** One look at one key. Its `signal` must reach every I/O: a run that does not heed it keeps its key from running again. */
export type Reconcile = (key: string, context: ReconcileContext) => Promise<Result>;
