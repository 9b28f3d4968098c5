/**
 * A Kubernetes API server, for objects of whatever kind it is told: list and watch, status, events, lease. The only room
 * that knows client-node.
 */
export { APIError, clusterError, hasStatus } from './api-error.js';
export type { ConfigSource } from './config.js';
export { Connection, type RequestCount } from './connection.js';
export type { ObjectEvent, Regarding } from './event-correlator.js';
export { EventRecorder, type EventSink } from './event-recorder.js';
export type { ManagedFields, KubeObject } from './kube-object.js';
export { Lease } from './lease.js';
export { ObjectStore, type Stored } from './object-store.js';
export { persist, type PersistOptions } from './persist.js';
export { Reflector, type ReflectorOptions } from './reflector.js';
export { apiVersionOf, collectionPath, objectPath, type Resource } from './resource.js';
export type { StatusSettings } from './status-settings.js';
export { StatusWriter } from './status-writer.js';
