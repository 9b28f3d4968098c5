/** The resource: schema, status, conditions and the words they share. Knows nothing of GitHub or Kubernetes clients. */
export {
  APPROVAL_KIND,
  APPROVAL_STATES,
  parseApproval,
  type ApprovalStatus,
  type ParsedApproval,
  type Plus1Approval,
} from './approval.js';
export { normalPath, pathFault } from './catalog-path.js';
export { MAX_CONDITION_MESSAGE_CHARACTERS, MAX_EVENT_NOTE_CHARACTERS } from './text-bounds.js';
export { addressFault, isLoopback, redactUserInfo } from './address.js';
export {
  HELD_REASONS,
  STALLED_REASONS,
  UNREADY_REASONS,
  type Condition,
  type ConditionReason,
  type ConditionType,
  type HeldReason,
  type StalledReason,
  type UnreadyReason,
} from './conditions.js';
export { isShare } from './fields.js';
export { DURATION_PATTERN, durationMs, formatDuration, parseDuration } from './duration.js';
export {
  EXEMPTED,
  FINDING_STATUSES,
  GONE,
  PLAN_STATUSES,
  SET_ASIDE_STATUSES,
  type FindingStatus,
  type PlanStatus,
  type SetAsideStatus,
} from './finding.js';
export { parsePolicy, type ParsedPolicy } from './parse.js';
export {
  API_VERSION,
  DEFAULT_INTERVAL,
  DEFAULT_NAMESPACE,
  DEFAULT_RULESET,
  KIND,
  policySchema,
  policySpec,
  type Exemption,
  type Plus1Policy,
  type PolicyInput,
  type PolicySpec,
  type Targeting,
} from './policy.js';
export { DEFAULT_LIFECYCLES, DEFAULT_PATHS } from './spec-catalog.js';
export { DEFAULT_API_URL } from './spec-github.js';
export { policyStatus, statusFault } from './status.js';
export type {
  ComplianceStatus,
  Enforcement,
  EntryWindow,
  ExemptionsStatus,
  ExitClock,
  GuardWindow,
  HoldStatus,
  LastPass,
  PassResult,
  PolicyStatus,
  RulesetStatus,
} from './status.js';
export type { Repository } from './repository.js';
export type { LiveRuleset, RulesetOthers } from './ruleset.js';
