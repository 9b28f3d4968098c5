/** Logger and metrics: what the product tells about itself. */
export { createLog, type LogFormat, type LogLevel } from './log.js';
export type { ReconcileMetrics, Unfinished, WorkQueueMetrics } from './controller-metrics.js';
export {
  Metrics,
  type ClusterMetrics,
  type CredentialMetrics,
  type MetricsOptions,
  type PolicyKey,
  type StorageMetrics,
} from './metrics.js';
export { METRICS, type MetricEntry, type MetricGroup, type MetricName } from './metrics-table.js';
export type { PassKind, PassWord, PolicyMetrics, PolicySnapshot } from './policy-metrics.js';
export type { RolloutCounts } from './rollout-gauges.js';
