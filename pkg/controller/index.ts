/** What any controller needs: a queue of keys, the loop around a reconciler, start and stop. Knows no kind of object. */
export { Backoff, FIRST_BACKOFF_MS } from './backoff.js';
export { Controller, LONGEST_WAIT_MS, type ControllerOptions } from './controller.js';
export { jitter, jitterLater } from './jitter.js';
export { runAll, runnable, type Runnable } from './lifecycle.js';
export {
  nopControllerMetrics,
  nopQueueMetrics,
  RECONCILE_RESULTS,
  type ControllerMetrics,
  type QueueMetrics,
  type ReconcileResult,
  type UnfinishedWork,
} from './metrics.js';
export { WorkQueue } from './queue.js';
export type { ExactTime, Reconcile, ReconcileContext, Result } from './result.js';
