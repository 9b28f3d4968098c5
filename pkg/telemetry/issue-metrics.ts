/** The metric of issues for repository owners: a part of the table of all metrics. */

export const ISSUE_STATES = ['open', 'opened', 'closed', 'snoozed'] as const;

export const ISSUE_METRICS = {
  plus1_issues: {
    group: 'policies',
    type: 'gauge',
    labels: ['policy', 'organization', 'state'],
    help: 'Issues for repository owners: open now, opened and closed so far, and findings whose issue a person closed (snoozed); no series where spec.issues is off.',
  },
} as const;
