/**
 * Condition types and reasons: the words that `kubectl`, the metrics and the error catalogue share. `Ready` and
 * `Compliant` are always present, `WorkflowsHardened` and `BaselineMet` where they are switched on; the others only while they are True (kstatus: abnormal-true).
 */
import type { ConditionOf } from './condition-schema.js';

/** In the order in which a status lists them: another order would be another write to the API server. */
export const CONDITION_TYPES = [
  'Stalled',
  'Reconciling',
  'Ready',
  'Compliant',
  'WorkflowsHardened',
  'BaselineMet',
  'Held',
  'NotificationsFailing',
] as const;
export type ConditionType = (typeof CONDITION_TYPES)[number];

/** Retrying does not help until a person changes something. */
export const STALLED_REASONS = [
  'InvalidSpec',
  'LimitExceeded',
  'Conflict',
  'SecretNotFound',
  'SecretNotAllowed',
  'InvalidCredentials',
  'HostNotAllowed',
  'AuthenticationFailed',
  'PermissionMissing',
  'OrganizationNotFound',
  'RulesetNotFound',
  'AmbiguousRuleset',
  'UnsupportedTargeting',
  'PropertyNotFound',
  'PropertyEditable',
] as const;
export type StalledReason = (typeof STALLED_REASONS)[number];

/** A guard stopped what leaves; what enters is still applied. */
export const HELD_REASONS = [
  'TooManyLeaving',
  'TooManyEntering',
  'TooFewMembers',
  'ApprovalRequired',
  'RolledBack',
  'Contested',
] as const;
export type HeldReason = (typeof HELD_REASONS)[number];

/** Passing troubles: tried again by themselves. */
export const UNREADY_REASONS = [
  'Held',
  'Suspended',
  'Incomplete',
  'RateLimited',
  'GitHubUnavailable',
  'WriteUnproved',
  'StateUnavailable',
  'ClusterUnavailable',
  'TimedOut',
  'Interrupted',
  'InternalError',
  // The journal alone: an alert on it must not fire for a full disk of the state or an API server that is away.
  'JournalUnavailable',
] as const;
export type UnreadyReason = (typeof UNREADY_REASONS)[number];

export type ConditionReason =
  | StalledReason
  | HeldReason
  | UnreadyReason
  | 'Converged'
  | 'Observed'
  | 'Progressing'
  | 'ProgressingWithRetry'
  | 'AllGoverned'
  | 'Ungoverned'
  | 'RulesetNotEnforced'
  | 'Ineffective'
  | 'NotObserved'
  | 'NothingInProduction'
  | 'NotDelivered'
  | 'AllHardened'
  | 'NotHardened'
  | 'NotDecided'
  | 'AllMet'
  | 'NotMet';

/** `metav1.Condition` of a policy. */
export type Condition = ConditionOf<ConditionType, ConditionReason>;
