/** What others may ask over HTTP: metrics and health. */
export { parseAddress } from './address.js';
export type { Limits } from './app.js';
export type { Check, CheckResult, Checks } from './checks.js';
export type { HealthChecks } from './health-routes.js';
export type { MetricsSource } from './metrics-route.js';
export { createServers, type ServerName, type Servers, type ServersOptions } from './servers.js';
