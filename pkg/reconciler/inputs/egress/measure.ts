/** The metrics of egress rules. */
import { EGRESS_ENDPOINT_STATES, EGRESS_RULE_STATES, type EgressRuleStatus } from '../../../api/index.js';
import type { PolicyMetrics } from '../../../telemetry/index.js';
import { conditionStatus } from '../conditions.js';
import type { Known } from './known.js';
import type { Withdrawn } from './withdrawn.js';

type RuleState = (typeof EGRESS_RULE_STATES)[number];
type EndpointState = (typeof EGRESS_ENDPOINT_STATES)[number];

interface Judged {
  known: Known;
  status: EgressRuleStatus;
}

const STATES: Readonly<Record<Known['phase'], RuleState>> = {
  Invalid: 'invalid',
  Pending: 'pending',
  InForce: 'in_force',
  Expired: 'expired',
};

/** Sets the gauges, and counts how long a request took that is verified for the first time. */
export function egressMeasure(
  judged: readonly Judged[],
  withdrawn: readonly Withdrawn[],
): (metrics: PolicyMetrics) => void {
  const rules = counts(EGRESS_RULE_STATES, [
    ...judged.map(({ known }) => STATES[known.phase]),
    ...withdrawn.map(() => 'withdrawn' as const),
  ]);
  const endpoints = counts(EGRESS_ENDPOINT_STATES, [
    ...judged.flatMap(({ known }) => endpointStates(known)),
    ...withdrawn.flatMap((each) => each.endpoints.map(() => 'withdrawn' as const)),
  ]);
  const overdue = judged.filter(({ status }) => conditionStatus(status, 'ReviewDue') === 'True').length;
  const unresolvable = judged.filter(({ status }) => conditionStatus(status, 'Resolvable') === 'False').length;
  const seconds = judged
    .filter(isNewlyVerified)
    .map(
      ({ known: { rule, terms } }) => Math.max(0, terms.nowMs - Date.parse(rule.metadata.creationTimestamp)) / 1_000,
    );
  return (metrics) => {
    metrics.egress({ rules, endpoints, overdue, unresolvable });
    for (const each of seconds) metrics.egressRequest(each);
  };
}

function endpointStates({ rule: { spec }, phase, denied }: Known): EndpointState[] {
  if (phase !== 'InForce') return phase === 'Pending' ? spec.endpoints.map(() => 'pending') : [];
  if (spec.effect === 'Deny') return spec.endpoints.map(() => 'denied');
  const taken = new Set(denied.map(({ endpoint }) => endpoint));
  return spec.endpoints.map((endpoint) => (taken.has(endpoint) ? 'overruled' : 'allowed'));
}

const isNewlyVerified = ({ known: { rule }, status }: Judged): boolean =>
  rule.spec.effect === 'Allow' && status.verifiedTime !== undefined && rule.status.verifiedTime === undefined;

function counts<T extends string>(words: readonly T[], found: readonly T[]): Record<T, number> {
  const all = Object.fromEntries(words.map((word) => [word, 0])) as Record<T, number>;
  for (const word of found) all[word] += 1;
  return all;
}
