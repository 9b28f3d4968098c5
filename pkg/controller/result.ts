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
   * A known wait, such as a rate limit: no failure, and never looked at again before `untilMs` (Unix ms). Some 5 % later,
   * since many may wait for the same; `exact`: at that very time, for times that a person named.
   */
  | { kind: 'wait'; untilMs: number; exact?: boolean }
  /** Trying again does not help until something changes; looked at again after `retryAfterMs` (± 5 %) at the latest. */
  | { kind: 'terminal'; error: Error; retryAfterMs?: number };

export interface ReconcileContext {
  /** Aborts at the timeout and when the controller stops; its reason is an Error that says which. */
  signal: AbortSignal;
  /** One id for all log lines of this run. */
  reconcileID: string;
}

/** One look at one key. Its `signal` must reach every I/O: a run that does not heed it keeps its key from running again. */
export type Reconcile = (key: string, context: ReconcileContext) => Promise<Result>;
