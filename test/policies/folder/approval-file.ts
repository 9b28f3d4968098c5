/** An approval as a file holds it. */
import type { Plus1Approval } from '../../../pkg/api/index.js';

export function approvalFile(policy: string, name: string): Plus1Approval {
  return {
    ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Approval' },
    metadata: { name, namespace: 'default', uid: `uid-${name}`, creationTimestamp: '2026-11-22T10:00:00Z' },
    spec: {
      ...{ policyRef: { name: policy }, planHash: `sha256:${'0'.repeat(64)}`, approver: 'ann', groups: [] },
      ...{ kind: 'Normal', reason: 'Quarterly clean-up' },
    },
  };
}
