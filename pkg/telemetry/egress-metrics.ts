/** The metrics of egress rules: a part of the table of all metrics. */

const POLICY = ['policy', 'organization'] as const;

/** Minutes to months, in seconds. */
const REQUEST_SECONDS = [3_600, 14_400, 86_400, 259_200, 604_800, 1_209_600, 2_592_000, 7_776_000];

export const EGRESS_METRICS = {
  plus1_egress_rules: {
    group: 'policies',
    type: 'gauge',
    labels: [...POLICY, 'state'],
    help: 'Egress rules of the policy by their state.',
  },
  plus1_egress_endpoints: {
    group: 'policies',
    type: 'gauge',
    labels: [...POLICY, 'state'],
    help: 'Endpoints of egress rules by their state; overruled: a Deny takes it away.',
  },
  plus1_egress_reviews_overdue: {
    group: 'policies',
    type: 'gauge',
    labels: POLICY,
    help: 'Egress rules whose review is overdue.',
  },
  plus1_egress_unresolvable: {
    group: 'policies',
    type: 'gauge',
    labels: POLICY,
    help: 'Egress rules with a name that does not resolve: it disarms each job that carries it.',
  },
  plus1_egress_request_seconds: {
    group: 'policies',
    type: 'histogram',
    labels: POLICY,
    buckets: REQUEST_SECONDS,
    help: 'Time from the making of an egress rule until each job of its scope carried it for the first time.',
  },
} as const;
