/** The metrics of workflow files: a part of the table of all metrics. */

const POLICY = ['policy', 'organization'] as const;

export const WORKFLOW_METRICS = {
  plus1_workflow_jobs: {
    group: 'policies',
    type: 'gauge',
    labels: [...POLICY, 'status'],
    help: 'Jobs of workflow files by what their egress control is worth; no series where spec.workflows is off.',
  },
  plus1_workflow_files_unreadable: {
    group: 'policies',
    type: 'gauge',
    labels: POLICY,
    help: 'Workflow files and actions that could not be read or judged; no series where spec.workflows is off.',
  },
} as const;
