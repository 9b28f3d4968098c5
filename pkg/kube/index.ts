/** A cluster as the home of policies: objects, status, events, Secrets, and the lease. The only room that knows client-node. */
export { ClusterHome, type ClusterHomeOptions } from './cluster-home.js';
export { ClusterSecrets, ORGANIZATIONS, type ClusterSecretsOptions } from './secrets.js';
export type { ConfigSource } from './config.js';
export { Connection, type ConnectionOptions, type RequestCount } from './connection.js';
export { EventRecorder, type EventRecorderOptions, type EventSink } from './event-recorder.js';
export { Lease, LEASE_MS, RENEW_DEADLINE_MS, type LeaseOptions } from './lease.js';
export { FIELD_MANAGER } from './status-owners.js';
