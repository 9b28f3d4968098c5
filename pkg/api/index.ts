/** The resource: schema, status, conditions and the words they share. Knows nothing of GitHub or Kubernetes clients. */
export {
  APPROVAL_KIND,
  APPROVAL_STATES,
  approvalSpec,
  approvalStatus,
  parseApproval,
  parseWrittenApproval,
  type ApprovalStatus,
  type ParsedApproval,
  type Plus1Approval,
} from './approval.js';
export { normalPath, pathFault } from './catalog-path.js';
export { MAX_CONDITION_MESSAGE_CHARACTERS, MAX_EVENT_NOTE_CHARACTERS } from './text-bounds.js';
export { addressFault, isLoopback, redactAddresses } from './address.js';
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
export { faultLine } from './fault-line.js';
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
export {
  DEFAULT_MIN_SEVERITY,
  NOTIFICATION_EVENTS,
  NOTIFICATION_SEVERITIES,
  type NotificationEvent,
  type NotificationSeverity,
} from './notification-events.js';
export type { NotificationChannel } from './spec-notifications.js';
export { parsePolicy, type ParsedPolicy } from './parse.js';
export {
  API_VERSION,
  DEFAULT_INTERVAL,
  DEFAULT_QUICK_INTERVAL,
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
  type TargetProperty,
} from './policy.js';
export { DEFAULT_LIFECYCLES, DEFAULT_PATHS } from './spec-catalog.js';
export { DEFAULT_API_URL } from './spec-github.js';
export { TEMPLATE_PARTS, type RulesetTemplate, type TemplatePart } from './spec-template.js';
export { ROLLOUT, ROLLOUTS, type Rollout } from './kinds/rollout.js';
export { type RolloutSpec, type RolloutStage, type RuleSpec } from './kinds/rollout-spec.js';
export { MAX_ROLLOUT_ENTRIES, MAX_ROLLOUT_HISTORY, type RolloutStatus } from './kinds/rollout-status.js';
export { PASS_RESULTS, policyStatus, statusFault } from './status.js';
export { MAX_FOREIGN_LINES } from './status-egress.js';
export type { NotificationStatus, OpenNotification } from './status-notifications.js';
export type {
  ComplianceStatus,
  EffectiveStatus,
  IssuesStatus,
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
export {
  MAX_OPEN_CREATIONS,
  MAX_SENT_CHARACTERS,
  type OpenCreation,
  type OwnedPurpose,
  type OwnedStatus,
} from './status-owned.js';
export type { Repository } from './repository.js';
export {
  INCIDENT_KIND,
  INCIDENT_SEVERITIES,
  INCIDENTS,
  type IncidentAction,
  type IncidentSeverity,
  type IncidentSpec,
  type Plus1Incident,
} from './kinds/incident.js';
export {
  INCIDENT_CONDITIONS,
  INCIDENT_PHASES,
  MAX_INCIDENT_ENTRIES,
  type ActionsSettings,
  type IncidentCheck,
  type IncidentConditionType,
  type IncidentHold,
  type IncidentInventory,
  type IncidentPhase,
  type IncidentStatus,
  type IncidentTimeline,
  type IsolatedRepository,
} from './kinds/incident-status.js';
export type { RuleEvaluation, RuleSuite, RuleSuites, SuitePeriod, SuiteResult } from './rule-suite.js';
export type { LiveRuleset, RulesetOthers } from './ruleset.js';
export type { ConditionOf } from './condition-schema.js';
export { INPUT_KINDS, inputKind } from './kinds/index.js';
export {
  keptStatus,
  parseInput,
  inputStatusFault,
  type InputColumn,
  type InputKind,
  type InputObject,
  type InputSpec,
  type InputStatus,
  type ParsedInput,
} from './kinds/input-kind.js';
export { endpointParts, isWildcard } from './kinds/endpoint.js';
export {
  EGRESS_RULE,
  EGRESS_RULES,
  MAX_ENDPOINTS,
  MAX_NAMED_APPROVALS,
  type EgressRule,
  type EgressRuleSpec,
  type EgressRuleStatus,
} from './kinds/egress-rule.js';
export { EGRESS_ENDPOINT_STATES, EGRESS_RULE_STATES } from './kinds/egress-states.js';
