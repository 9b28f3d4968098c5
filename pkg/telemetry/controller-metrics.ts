/**
 * The standard controller series, under the names and labels that dashboards for controller-runtime know
 * (https://book.kubebuilder.io/reference/metrics-reference). The shape of the hooks is what pkg/controller asks for; the
 * two rooms have no door to each other, so it is held by the type checker where they meet.
 */
import type { Series } from './series.js';

/** All values of the label `result`. */
const RESULTS = ['success', 'error', 'requeue', 'requeue_after'] as const;

/** How long the runs in flight have taken so far. */
export interface Unfinished {
  seconds: number;
  longestSeconds: number;
}

/** The hooks of one work queue. */
export interface WorkQueueMetrics {
  depth(keys: number): void;
  add(): void;
  queueDuration(seconds: number): void;
  workDuration(seconds: number): void;
  retry(): void;
  /** `read` is called at each scrape. */
  watchUnfinished(read: () => Unfinished): void;
}

/** The hooks of one controller. */
export interface ReconcileMetrics {
  queue: WorkQueueMetrics;
  maxConcurrentReconciles(workers: number): void;
  activeWorkers(workers: number): void;
  reconcile(result: (typeof RESULTS)[number]): void;
  reconcileTime(seconds: number): void;
  reconcileError(): void;
  terminalError(): void;
  panic(): void;
  timeout(): void;
}

/** Series of one controller, everything at 0: a rate over a series that first appears at 1 is 0. */
export function controllerMetrics(series: Series<'controller'>, queue: WorkQueueMetrics): ReconcileMetrics {
  const failures = [
    'controller_runtime_reconcile_errors_total',
    'controller_runtime_terminal_reconcile_errors_total',
    'controller_runtime_reconcile_panics_total',
    'controller_runtime_reconcile_timeouts_total',
  ] as const;
  for (const name of failures) series.add(name, {}, 0);
  for (const result of RESULTS) series.add('controller_runtime_reconcile_total', { result }, 0);
  series.set('controller_runtime_max_concurrent_reconciles', {}, 0);
  series.set('controller_runtime_active_workers', {}, 0);
  series.zero('controller_runtime_reconcile_time_seconds', {});
  const [reconcileError, terminalError, panic, timeout] = failures;
  return {
    queue,
    maxConcurrentReconciles: (workers) => series.set('controller_runtime_max_concurrent_reconciles', {}, workers),
    activeWorkers: (workers) => series.set('controller_runtime_active_workers', {}, workers),
    reconcile: (result) => series.add('controller_runtime_reconcile_total', { result }, 1),
    reconcileTime: (seconds) => series.observe('controller_runtime_reconcile_time_seconds', {}, seconds),
    reconcileError: () => series.add(reconcileError, {}, 1),
    terminalError: () => series.add(terminalError, {}, 1),
    panic: () => series.add(panic, {}, 1),
    timeout: () => series.add(timeout, {}, 1),
  };
}

/** Series of one queue. `watch` keeps what to read at each scrape. */
export function queueMetrics(series: Series<'name'>, watch: (read: () => Unfinished) => void): WorkQueueMetrics {
  series.set('workqueue_depth', {}, 0);
  series.add('workqueue_adds_total', {}, 0);
  series.add('workqueue_retries_total', {}, 0);
  series.zero('workqueue_queue_duration_seconds', {});
  series.zero('workqueue_work_duration_seconds', {});
  series.set('workqueue_unfinished_work_seconds', {}, 0);
  series.set('workqueue_longest_running_processor_seconds', {}, 0);
  return {
    depth: (keys) => series.set('workqueue_depth', {}, keys),
    add: () => series.add('workqueue_adds_total', {}, 1),
    queueDuration: (seconds) => series.observe('workqueue_queue_duration_seconds', {}, seconds),
    workDuration: (seconds) => series.observe('workqueue_work_duration_seconds', {}, seconds),
    retry: () => series.add('workqueue_retries_total', {}, 1),
    watchUnfinished: watch,
  };
}
