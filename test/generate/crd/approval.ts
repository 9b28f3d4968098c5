/** The CustomResourceDefinition of `Plus1Approval`, around the schema of its spec and status. */
import { API_VERSION, APPROVAL_KIND, approvalSpec, approvalStatus } from '../../../pkg/api/index.js';
import { definition } from './definition.js';
import { nodeOf } from './node.js';
import type { OpenApi } from './open-api.js';

/** An approval that could be changed would cover what its giver never saw. */
const UNCHANGED = {
  rule: 'self == oldSelf',
  message: 'the field is immutable',
  reason: 'FieldValueForbidden',
} as const;

/** The schema of the whole object. */
export function approvalSchema(): OpenApi {
  return {
    description:
      'Plus1Approval lets a held plan of a Plus1Policy pass that it names by its hash. Who approves is proved by an admission policy, where there is one.',
    type: 'object',
    required: ['spec'],
    properties: {
      apiVersion: { description: `Always ${API_VERSION}.`, type: 'string' },
      kind: { description: `Always ${APPROVAL_KIND}.`, type: 'string' },
      metadata: { type: 'object' },
      spec: {
        description: 'What is approved, by whom and why. It never changes.',
        ...nodeOf(approvalSpec, 'spec'),
        'x-kubernetes-validations': [UNCHANGED],
      },
      status: {
        description: 'What became of it. Written by the controller alone.',
        ...nodeOf(approvalStatus, 'status'),
      },
    },
  };
}

const COLUMNS = [
  { name: 'Policy', type: 'string', jsonPath: '.spec.policyRef.name' },
  { name: 'Kind', type: 'string', jsonPath: '.spec.kind' },
  { name: 'Approver', type: 'string', jsonPath: '.spec.approver' },
  { name: 'State', type: 'string', jsonPath: '.status.state' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
];

/** The whole definition, ready to be written as YAML. */
export function approvalDefinition(): object {
  return definition({
    kind: APPROVAL_KIND,
    plural: 'plus1approvals',
    shortName: 'plus1a',
    columns: COLUMNS,
    schema: approvalSchema(),
  });
}
