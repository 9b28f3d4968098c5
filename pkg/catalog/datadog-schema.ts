/**
 * What Datadog's v3 schema knows, as far as a warning about it helps: keys and the kind of their values. Taken from
 * https://github.com/DataDog/schema (service-catalog/v3), widened by what its API takes although the published files
 * refuse it (`metadata.namespace`, `datadog.performanceData`, relations on every kind).
 */
import type { Value } from './entity-view.js';

/** What a key may hold; `any` where nothing is worth saying. */
export type Shape = Readonly<Record<string, Value['is'] | 'any'>>;

export const ROOT: Shape = {
  apiVersion: 'any',
  kind: 'any',
  metadata: 'any',
  spec: 'any',
  integrations: 'mapping',
  datadog: 'mapping',
  extensions: 'mapping',
};

export const METADATA: Shape = {
  name: 'any',
  displayName: 'text',
  description: 'text',
  owner: 'text',
  additionalOwners: 'list',
  inheritFrom: 'text',
  tags: 'list',
  contacts: 'list',
  links: 'list',
  namespace: 'any',
  id: 'any',
  managed: 'any',
};

export const INTEGRATIONS: Shape = {
  pagerduty: 'mapping',
  opsgenie: 'mapping',
  jiraServiceManagementOps: 'mapping',
  sentry: 'mapping',
  terraform: 'mapping',
};

export const DATADOG: Shape = {
  pipelines: 'mapping',
  events: 'list',
  logs: 'list',
  codeLocations: 'list',
  performanceData: 'mapping',
};

const COMMON: Shape = { lifecycle: 'any', tier: 'text', type: 'text' };
const RELATIONS: Shape = { dependsOn: 'list', dependencyOf: 'list', componentOf: 'list' };

/** By native kind; a kind that is not here is a custom one, and its `spec` is its owner's business. */
export const SPECS: ReadonlyMap<string, Shape> = new Map([
  ['service', { ...COMMON, ...RELATIONS, languages: 'list', implements: 'list' }],
  ['system', { ...COMMON, ...RELATIONS, components: 'list' }],
  ['datastore', { ...COMMON, ...RELATIONS }],
  ['queue', { ...COMMON, ...RELATIONS }],
  ['api', { ...COMMON, ...RELATIONS, implementedBy: 'list', interface: 'mapping' }],
  ['repository', { ...COMMON, ...RELATIONS }],
  ['application', { ...COMMON, components: 'list' }],
]);

/** Kinds that Datadog names native, with or without a schema of their own. */
export const NATIVE_KINDS: readonly string[] = [...SPECS.keys(), 'frontend'];

/** Kinds that exist, so that they are no misspelling of another. */
export const KNOWN_KINDS: ReadonlySet<string> = new Set([
  ...NATIVE_KINDS,
  'ui',
  'library',
  'package',
  'scorecard-rule',
]);

/** https://github.com/DataDog/schema, custom entity: lower case, digits and single hyphens. */
export const KIND_PATTERN = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
