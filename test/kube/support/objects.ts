/** Objects as an API server tells them. Their kind is one of which the program knows nothing. */
import type { Resource, StatusSettings } from '../../../pkg/kube/index.js';
import type { KubeObject, ManagedFields } from '../../../pkg/kube/kube-object.js';

export const WIDGETS: Resource = {
  ...{ group: 'factory.example', version: 'v2beta1', kind: 'Widget', plural: 'widgets' },
  words: { one: 'widget', many: 'widgets' },
};

export const WIDGET_STATUS: StatusSettings = {
  fieldManager: 'widget-keeper',
  lists: { keys: { parts: 'id', findings: 'status' }, required: new Set(['stop.machines']) },
  neverRemoved: new Set(['shift', 'order']),
  reliedOn: new Set(['shift', 'order', 'parts']),
  takeBackUnless: 'order',
};

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

export function widget({
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
    spec,
    ...(status && { status }),
  };
}
