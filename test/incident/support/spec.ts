/** A spec of an incident with its defaults. */
import { INCIDENTS, parseInput, type IncidentSpec } from '../../../pkg/api/index.js';

export function specOf(more: Record<string, unknown>): IncidentSpec {
  const parsed = parseInput(INCIDENTS, {
    ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Incident', metadata: { name: 'tj' } },
    spec: {
      ...{ policyRef: { name: 'acme' }, title: 'Bad action', severity: 'Critical', owner: 'security' },
      ...{ reason: 'CVE-2025-30066', ...more },
    },
  });
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'));
  return parsed.spec;
}
