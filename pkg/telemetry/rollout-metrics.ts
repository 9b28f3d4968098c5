/** The metrics of rollouts: a part of the table of all metrics. */

const POLICY = ['policy', 'organization'] as const;

export const ROLLOUT_METRICS = {
  plus1_rollout_stage: {
    group: 'policies',
    type: 'gauge',
    labels: [...POLICY, 'rollout'],
    help: 'The stage that a rollout is in, from 1; 0 before the first.',
  },
  plus1_rollout_pushes: {
    group: 'policies',
    type: 'gauge',
    labels: [...POLICY, 'rollout', 'result'],
    help: 'Pushes of the stage that runs by what its rules made of them: passed, failed, bypassed; no series before the first look.',
  },
  plus1_rule_suites_total: {
    group: 'policies',
    type: 'counter',
    labels: [...POLICY, 'result'],
    help: 'Pushes in the organization by what its active rules made of them: pass, fail, bypass; seen while a rollout runs.',
  },
} as const;
