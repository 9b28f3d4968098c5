/**
 * The standard controller series, under the names and labels that dashboards for controller-runtime know
 * (https://book.kubebuilder.io/reference/metrics-reference): the hooks that `pkg/controller` asks for.
 */
import {
  RECONCILE_RESULTS,
  type ControllerMetrics,
  type QueueMetrics,
  type UnfinishedWork,
} from '../controller/index.js';
import type { Series } from './series.js';

/** Series of one controller, everything at 0: a rate over a series that first appears at 1 is 0. */
export function controllerMetrics(series: Series<'controller'>, queue: QueueMetrics): ControllerMetrics {
  const failures = [
    'controller_runtime_reconcile_errors_total',
    'controller_runtime_terminal_reconcile_errors_total',
    'controller_runtime_reconcile_panics_total',
    'controller_runtime_reconcile_timeouts_total',
  ] as const;
  for (const name of failures) series.add(name, {}, 0);
  for (const result of RECONCILE_RESULTS) series.add('controller_runtime_reconcile_total', { result }, 0);
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
export function queueMetrics(series: Series<'name'>, watch: (read: () => UnfinishedWork) => void): QueueMetrics {
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
