/** The CustomResourceDefinition of `Plus1Policy`, around the schema of its spec and status. */
import { API_VERSION, KIND, policySpec, policyStatus } from '../../../pkg/api/index.js';
import { definition } from './definition.js';
import { nodeOf } from './node.js';
import type { OpenApi } from './open-api.js';

/** `-1` before the first pass, so that `kubectl wait`, Flux and Argo CD take an untouched policy for one in progress. */
const UNTOUCHED = { observedGeneration: -1 };

/** The schema of the whole object. `metadata` is Kubernetes' own and judged by it. */
export function policySchema(): OpenApi {
  return {
    description:
      'Plus1Policy keeps one ruleset of one GitHub organization governing exactly the repositories whose catalogue file says that they are in production.',
    type: 'object',
    required: ['spec'],
    properties: {
      apiVersion: { description: `Always ${API_VERSION}.`, type: 'string' },
      kind: { description: `Always ${KIND}.`, type: 'string' },
      metadata: { type: 'object' },
      spec: { description: 'What is wanted.', ...nodeOf(policySpec, 'spec') },
      status: {
        description: 'What the controller saw and did last. Written by the controller alone.',
        ...nodeOf(policyStatus, 'status'),
        default: UNTOUCHED,
      },
    },
  };
}

const condition = (type: string, field: string): string => `.status.conditions[?(@.type=="${type}")].${field}`;

const COLUMNS = [
  { name: 'Organization', type: 'string', jsonPath: '.spec.organization' },
  { name: 'Mode', type: 'string', jsonPath: '.spec.mode' },
  { name: 'Ready', type: 'string', jsonPath: condition('Ready', 'status') },
  {
    name: 'Governed',
    type: 'string',
    description: 'Governed and production repositories.',
    jsonPath: '.status.compliance.summary',
  },
  {
    name: 'Held',
    type: 'string',
    description: 'Why a guard holds what would leave.',
    jsonPath: condition('Held', 'reason'),
  },
  { name: 'Last Sync', type: 'date', description: 'End of the last complete pass.', jsonPath: '.status.lastSyncTime' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  { name: 'Status', type: 'string', priority: 1, jsonPath: condition('Ready', 'message') },
];

/** The whole definition, ready to be written as YAML. */
export function policyDefinition(): object {
  return definition({
    kind: KIND,
    plural: 'plus1policies',
    shortName: 'plus1',
    columns: COLUMNS,
    schema: policySchema(),
  });
}
