/** Sends the journal to the systems of a security team, whole and in order. */
export { MAX_CONFIG_BYTES, readConfig, SINK_TYPES, FORMATS, type ConfigRead, type SinkConfig } from './config.js';
export { createClient, type ClientOptions, type SinkClient } from './client.js';
export { createForwarders, FLUSH_MS, type Forwarders, type ForwardersOptions } from './forwarders.js';
export type { SinkMetrics } from './forwarder.js';
export { sendTest, type TestResult } from './send-test.js';
