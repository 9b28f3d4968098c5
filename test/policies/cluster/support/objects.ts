/** Policies, approvals and egress rules as an API server tells them. */
import type { KubeObject } from '../../../../pkg/kube/kube-object.js';
import { widget, type Sketch } from '../../../kube/support/objects.js';

export type { Sketch };

export function policy({ spec, ...sketch }: Sketch = {}): KubeObject {
  const github = { credentials: { secretRef: { name: 'plus1-github' } } };
  return widget({ ...sketch, spec: { organization: sketch.name ?? 'acme', github, ...spec } });
}

export const HASH = `sha256:${'a'.repeat(64)}`;

export function approval({ spec, ...sketch }: Sketch = {}): KubeObject {
  const own = { policyRef: { name: 'acme' }, planHash: HASH, approver: 'ann', reason: 'Checked with the owners' };
  return widget({ ...sketch, name: sketch.name ?? 'acme-1', spec: { ...own, groups: [], kind: 'Normal', ...spec } });
}

export function rule({ spec, ...sketch }: Sketch = {}): KubeObject {
  const own = { policyRef: { name: 'acme' }, reason: 'Packages of the build', owner: 'team-build' };
  const name = sketch.name ?? 'build';
  return widget({ ...sketch, name, spec: { ...own, endpoints: ['packages.example.com:443'], ...spec } });
}
