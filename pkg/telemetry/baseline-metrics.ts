/** The metrics of the checklists: a part of the table of all metrics. */

const POLICY = ['policy', 'organization'] as const;
const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

export const BASELINE_METRICS = {
  plus1_baseline_repositories: {
    group: 'policies',
    type: 'gauge',
    labels: [...POLICY, 'check', 'result'],
    help: 'Repositories by check of the checklist and by what it says; no series where spec.baseline is off.',
  },
  plus1_onboarding_seconds: {
    group: 'policies',
    type: 'histogram',
    labels: POLICY,
    buckets: [600, HOUR_S, 4 * HOUR_S, DAY_S, 3 * DAY_S, 7 * DAY_S, 30 * DAY_S],
    help: 'Time from when a new repository was first seen in production until its checklist was complete.',
  },
} as const;
