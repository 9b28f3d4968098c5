/** Policies as an API server tells them. */
import type { KubeObject } from '../../../../pkg/kube/kube-object.js';
import { widget, type Sketch } from '../../../kube/support/objects.js';

export type { Sketch };

export function policy({ spec, ...sketch }: Sketch = {}): KubeObject {
  const github = { credentials: { secretRef: { name: 'plus1-github' } } };
  return widget({ ...sketch, spec: { organization: sketch.name ?? 'acme', github, ...spec } });
}
