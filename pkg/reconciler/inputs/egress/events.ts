/** What happened to an egress rule between two statuses, each told once. Pure. */
import type { EgressRule, EgressRuleStatus } from '../../../api/index.js';
import type { PolicyEvent } from '../../../policies/index.js';
import { conditionStatus } from '../conditions.js';
import { EXPIRING } from './judge.js';

/** A condition that came to have a status: what is told of it. */
const CHANGES: readonly {
  type: string;
  to: 'True' | 'False';
  reason: string;
  level: PolicyEvent['type'];
  action: string;
}[] = [
  { type: 'Approved', to: 'True', reason: 'EgressRuleApproved', level: 'Normal', action: 'Approve' },
  { type: 'Delivered', to: 'True', reason: 'EgressRuleDelivered', level: 'Normal', action: 'Deliver' },
  { type: 'Verified', to: 'True', reason: 'EgressRuleVerified', level: 'Normal', action: 'Verify' },
  { type: 'Resolvable', to: 'False', reason: 'EgressNameUnresolvable', level: 'Warning', action: 'Resolve' },
  { type: 'ReviewDue', to: 'True', reason: 'EgressReviewDue', level: 'Warning', action: 'Review' },
  { type: 'Expired', to: 'True', reason: 'EgressRuleExpired', level: 'Normal', action: 'Expire' },
];

export function eventsOf(rule: EgressRule, after: EgressRuleStatus): PolicyEvent[] {
  const { status: before, spec } = rule;
  const isDeny = spec.effect === 'Deny';
  const events = CHANGES.flatMap(({ type, to, reason, level, action }): PolicyEvent[] => {
    if (isDeny && type !== 'ReviewDue' && type !== 'Expired') return [];
    if (conditionStatus(after, type) !== to || conditionStatus(before, type) === to) return [];
    return [{ type: level, reason, action, message: messageOf(after, type) }];
  });
  return [...events, ...carriedDeny(rule, after), ...expiring(rule, after), ...blocked(rule, after)];
}

/** Lists and wildcards that cover what a Deny takes away, told when it is found and whenever others carry it. */
function carriedDeny({ spec, status: before }: EgressRule, after: EgressRuleStatus): PolicyEvent[] {
  if (spec.effect !== 'Deny' || conditionStatus(after, 'Verified') !== 'False') return [];
  const message = messageOf(after, 'Verified');
  if (conditionStatus(before, 'Verified') === 'False' && messageOf(before, 'Verified') === message) return [];
  return [{ type: 'Warning', reason: 'EgressDenyCarried', action: 'Deny', message }];
}

/** Reasons of `Delivered` that pass by themselves, or that somebody chose. */
const QUIET = new Set([
  'Proposed',
  'NotInForce',
  'NotInLists',
  'Denied',
  'NotObserved',
  'RateLimited',
  'NothingWritten',
]);

/** Something keeps a rule out of the shared file: told once for each reason. */
function blocked({ spec, status: before }: EgressRule, after: EgressRuleStatus): PolicyEvent[] {
  const reasonOf = ({ conditions = [] }: EgressRuleStatus): string | undefined =>
    conditions.find(({ type, status }) => type === 'Delivered' && status !== 'True')?.reason;
  const reason = reasonOf(after);
  if (spec.effect === 'Deny' || reason === undefined || QUIET.has(reason) || reason === reasonOf(before)) return [];
  return [
    { type: 'Warning', reason: 'EgressDeliveryBlocked', action: 'Deliver', message: messageOf(after, 'Delivered') },
  ];
}

/** Seven days before it ends. */
function expiring({ status: before }: EgressRule, after: EgressRuleStatus): PolicyEvent[] {
  const isExpiring = ({ conditions = [] }: EgressRuleStatus): boolean =>
    conditions.some(({ type, reason }) => type === 'Expired' && reason === EXPIRING);
  if (!isExpiring(after) || isExpiring(before)) return [];
  return [{ type: 'Warning', reason: 'EgressRuleExpiring', action: 'Expire', message: messageOf(after, 'Expired') }];
}

const messageOf = ({ conditions = [] }: EgressRuleStatus, type: string): string =>
  conditions.find((each) => each.type === type)?.message ?? '';
