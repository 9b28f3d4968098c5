/** An incident of the policy `acme`, as its file holds it. */
import { stringify } from 'yaml';

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
