/** Logger and metrics: what the product tells about itself. */
export { createLog, type LogFormat } from './log.js';
export { Metrics, type PolicyKey, type StorageMetrics } from './metrics.js';
export { METRICS, type MetricEntry, type MetricGroup, type MetricName } from './metrics-table.js';
export type { PolicyMetrics, PolicySnapshot } from './policy-metrics.js';
export type { RolloutCounts } from './rollout-gauges.js';
