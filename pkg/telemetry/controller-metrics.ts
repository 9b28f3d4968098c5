/** The metrics of the loop and its queue, under the names of controller-runtime: a part of the table of all metrics. */

const CONTROLLER = ['controller'] as const;
const QUEUE = ['name'] as const;

/** As in controller-runtime, so that its dashboards draw the same lines. */
const RECONCILE_SECONDS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 1.75, 2,
  2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
] as const;
/** Decades from 10 ns to 1000 s, as in controller-runtime. */
const QUEUE_SECONDS = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100, 1000] as const;

export const CONTROLLER_METRICS = {
  controller_runtime_reconcile_total: {
    group: 'controller',
    type: 'counter',
    labels: [...CONTROLLER, 'result'],
    help: 'Reconciliations, by result: success, error, requeue or requeue_after.',
  },
  controller_runtime_reconcile_errors_total: {
    group: 'controller',
    type: 'counter',
    labels: CONTROLLER,
    help: 'Reconciliations that failed.',
  },
  controller_runtime_terminal_reconcile_errors_total: {
    group: 'controller',
    type: 'counter',
    labels: CONTROLLER,
    help: 'Reconciliations that failed in a way that a retry does not fix.',
  },
  controller_runtime_reconcile_panics_total: {
    group: 'controller',
    type: 'counter',
    labels: CONTROLLER,
    help: 'Reconciliations that ended in a fault of Plus1 itself.',
  },
  controller_runtime_reconcile_timeouts_total: {
    group: 'controller',
    type: 'counter',
    labels: CONTROLLER,
    help: 'Reconciliations that ran past their time.',
  },
  controller_runtime_reconcile_time_seconds: {
    group: 'controller',
    type: 'histogram',
    labels: CONTROLLER,
    buckets: RECONCILE_SECONDS,
    help: 'How long reconciliations took.',
  },
  controller_runtime_max_concurrent_reconciles: {
    group: 'controller',
    type: 'gauge',
    labels: CONTROLLER,
    help: 'Reconciliations that may run at the same time.',
  },
  controller_runtime_active_workers: {
    group: 'controller',
    type: 'gauge',
    labels: CONTROLLER,
    help: 'Reconciliations that run now.',
  },
  workqueue_depth: {
    group: 'queue',
    type: 'gauge',
    labels: QUEUE,
    help: 'Keys that wait in the queue.',
  },
  workqueue_adds_total: {
    group: 'queue',
    type: 'counter',
    labels: QUEUE,
    help: 'Keys that were added to the queue.',
  },
  workqueue_queue_duration_seconds: {
    group: 'queue',
    type: 'histogram',
    labels: QUEUE,
    buckets: QUEUE_SECONDS,
    help: 'How long keys waited in the queue before work on them began.',
  },
  workqueue_work_duration_seconds: {
    group: 'queue',
    type: 'histogram',
    labels: QUEUE,
    buckets: QUEUE_SECONDS,
    help: 'How long the work on a key took.',
  },
  workqueue_unfinished_work_seconds: {
    group: 'queue',
    type: 'gauge',
    labels: QUEUE,
    help: 'Seconds of work under way and not in workqueue_work_duration_seconds yet, summed over the workers.',
  },
  workqueue_longest_running_processor_seconds: {
    group: 'queue',
    type: 'gauge',
    labels: QUEUE,
    help: 'How long the oldest work under way has run.',
  },
  workqueue_retries_total: {
    group: 'queue',
    type: 'counter',
    labels: QUEUE,
    help: 'Keys that were put back to be tried again.',
  },
} as const;
