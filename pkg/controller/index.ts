/** What any controller needs: a queue of keys, the loop around a reconciler, start and stop. Knows no kind of object. */
export { Backoff, FIRST_BACKOFF_MS, LONGEST_BACKOFF_MS, type BackoffOptions } from './backoff.js';
export {
  Controller,
  DEFAULT_SETTLE_MS,
  DEFAULT_SHUTDOWN_MS,
  DEFAULT_TIMEOUT_MS,
  LONGEST_WAIT_MS,
  SHORTEST_REQUEUE_MS,
  STOP_SETTLE_MS,
  type ControllerOptions,
} from './controller.js';
export { jitter, jitterLater, JITTER_SHARE } from './jitter.js';
export { DEFAULT_STOP_MS, runAll, runnable, type LifecycleOptions, type Runnable } from './lifecycle.js';
export {
  nopControllerMetrics,
  nopQueueMetrics,
  RECONCILE_RESULTS,
  type ControllerMetrics,
  type QueueMetrics,
  type ReconcileResult,
  type UnfinishedWork,
} from './metrics.js';
export { WorkQueue, type WorkQueueOptions } from './queue.js';
export type { ExactTime, Reconcile, ReconcileContext, Result } from './result.js';
