/**
 * What the loop and its queue count, one method for each standard series, so that dashboards made for
 * controller-runtime work: https://book.kubebuilder.io/reference/metrics-reference. An implementation binds `controller`
 * and `name` to the controller's name and sets every series to 0 at the start. Its methods must not throw.
 */

/** All values of the label `result`; `requeue` is part of the standard and never used here. */
export const RECONCILE_RESULTS = ['success', 'error', 'requeue', 'requeue_after'] as const;
export type ReconcileResult = (typeof RECONCILE_RESULTS)[number];

/** How long the runs in flight have taken so far. */
export interface UnfinishedWork {
  /** Of all together. */
  seconds: number;
  longestSeconds: number;
}

export interface QueueMetrics {
  /** `workqueue_depth`: keys that are to run now, also those that run at the moment and will run again. */
  depth(keys: number): void;
  /** `workqueue_adds_total` */
  add(): void;
  /** `workqueue_queue_duration_seconds` */
  queueDuration(seconds: number): void;
  /** `workqueue_work_duration_seconds` */
  workDuration(seconds: number): void;
  /** `workqueue_retries_total`: adds with a delay. */
  retry(): void;
  /**
   * Called once, by the queue's constructor. To be read at each scrape, for `workqueue_unfinished_work_seconds` and
   * `workqueue_longest_running_processor_seconds`: they are what shows a run that hangs, and a hanging run counts nothing.
   */
  watchUnfinished(read: () => UnfinishedWork): void;
}

export interface ControllerMetrics {
  queue: QueueMetrics;
  /** `controller_runtime_max_concurrent_reconciles` */
  maxConcurrentReconciles(workers: number): void;
  /** `controller_runtime_active_workers` */
  activeWorkers(workers: number): void;
  /** `controller_runtime_reconcile_total{result}` */
  reconcile(result: ReconcileResult): void;
  /** `controller_runtime_reconcile_time_seconds` */
  reconcileTime(seconds: number): void;
  /** `controller_runtime_reconcile_errors_total`: terminal ones and panics too. */
  reconcileError(): void;
  /** `controller_runtime_terminal_reconcile_errors_total` */
  terminalError(): void;
  /** `controller_runtime_reconcile_panics_total` */
  panic(): void;
  /** `controller_runtime_reconcile_timeouts_total` */
  timeout(): void;
}

const nothing = (): void => undefined;

/** Counts nothing. */
export const nopQueueMetrics: QueueMetrics = {
  depth: nothing,
  add: nothing,
  queueDuration: nothing,
  workDuration: nothing,
  retry: nothing,
  watchUnfinished: nothing,
};

/** Counts nothing. */
export const nopControllerMetrics: ControllerMetrics = {
  queue: nopQueueMetrics,
  maxConcurrentReconciles: nothing,
  activeWorkers: nothing,
  reconcile: nothing,
  reconcileTime: nothing,
  reconcileError: nothing,
  terminalError: nothing,
  panic: nothing,
  timeout: nothing,
};
