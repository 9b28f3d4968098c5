/** Sends the journal to the systems of a security team, whole and in order. */
export { MAX_CONFIG_BYTES, readConfig, FORMATS, type SinkConfig } from './config.js';
export { createClient, type SinkClient } from './client.js';
export { createForwarders, type Forwarders } from './forwarders.js';
export type { SinkMetrics } from './forwarder.js';
export { sendTest } from './send-test.js';
