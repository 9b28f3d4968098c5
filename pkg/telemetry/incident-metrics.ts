/** The metrics of incidents: a part of the table of all metrics. */
const POLICY = ['policy', 'organization'] as const;

export const INCIDENT_METRICS = {
  plus1_isolated_repositories: {
    group: 'policies',
    type: 'gauge',
    labels: POLICY,
    help: 'Repositories that incidents which are no drills close off now.',
  },
  plus1_incidents: {
    group: 'policies',
    type: 'gauge',
    labels: [...POLICY, 'severity', 'state'],
    help: 'Incidents that are no drills, by severity and state: Open, Held, Isolated, Released.',
  },
  plus1_incident_seconds: {
    group: 'policies',
    type: 'gauge',
    labels: [...POLICY, 'phase'],
    help: 'From the detection to that phase, of the incident that took longest; no series of a phase that none has come to.',
  },
} as const;
