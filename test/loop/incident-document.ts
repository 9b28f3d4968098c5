/** Documents of incidents, and of who approves for them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Loop } from './loop.js';

/** An incident of the policy `acme`, as its file holds it. */
export const incident = (name: string, spec: object = {}): string =>
  stringify({
    apiVersion: 'plus1.dev/v1alpha1',
    kind: 'Plus1Incident',
    metadata: { name },
    spec: {
      ...{ policyRef: { name: 'acme' }, title: 'A token leaked', severity: 'High', commander: 'grace' },
      ...{ reason: 'A token of CI was seen in a public log', owner: 'security', ...spec },
    },
  });

/** Where the approval `a` of the policy `acme` lies. */
export const approvalFile = ({ state }: Pick<Loop, 'state'>): string =>
  join(state, '.approvals', 'default', 'acme', 'a.json');

/** Somebody approves, at that time, Unix ms. */
export function approve(loop: Loop, planHash: string | undefined, timeMs = loop.clock.now()): void {
  const path = approvalFile(loop);
  mkdirSync(join(path, '..'), { recursive: true });
  const document = {
    ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Approval' },
    metadata: { name: 'a', namespace: 'default', uid: 'a', creationTimestamp: new Date(timeMs).toISOString() },
    spec: { policyRef: { name: 'acme' }, planHash, approver: 'alice', reason: 'It was looked at' },
  };
  writeFileSync(path, JSON.stringify(document));
}
