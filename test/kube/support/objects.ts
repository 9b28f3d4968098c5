/** Policies as an API server tells them. */
import type { KubeObject, ManagedFields } from '../../../pkg/kube/kube-object.js';

export interface Sketch {
  name?: string;
  namespace?: string;
  uid?: string;
  version?: string | number;
  generation?: number;
  annotations?: Record<string, string>;
  deletionTimestamp?: string;
  spec?: object;
  status?: object;
  managedFields?: ManagedFields[];
}

export function policy({
  name = 'acme',
  namespace = 'team-a',
  uid = `uid-${namespace}-${name}`,
  version = '10',
  generation = 1,
  annotations,
  deletionTimestamp,
  spec = {},
  status,
  managedFields,
}: Sketch = {}): KubeObject {
  return {
    metadata: {
      name,
      namespace,
      uid,
      resourceVersion: String(version),
      generation,
      creationTimestamp: '2026-11-22T09:00:00Z',
      ...(annotations && { annotations }),
      ...(deletionTimestamp && { deletionTimestamp }),
      ...(managedFields && { managedFields }),
    },
    spec: { organization: name, github: { credentials: { secretRef: { name: 'plus1-github' } } }, ...spec },
    ...(status && { status }),
  };
}
