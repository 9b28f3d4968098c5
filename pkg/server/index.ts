/** What others may ask over HTTP: metrics and health. */
export { parseAddress, type ListenAddress } from './address.js';
export { createApp, LIMITS, plain, type Limits } from './app.js';
export type { Check, CheckResult, Checks } from './checks.js';
export { openServer, type OpenServer } from './open-server.js';
export type { HealthChecks } from './health-routes.js';
export type { MetricsSource } from './metrics-route.js';
export { createServers, type Servers, type ServersOptions } from './servers.js';
export { createWebhookServer } from './webhook-server.js';
export { WEBHOOK_PATH, type Refusal, type SignedDelivery, type WebhookReceiver } from './webhook-route.js';
