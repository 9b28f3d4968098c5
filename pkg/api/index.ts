/** The resource: schema, status, conditions and the words they share. Knows nothing of GitHub or Kubernetes clients. */
export {
  APPROVAL_KIND,
  approvalSpec,
  approvalStatus,
  parseApproval,
  parseWrittenApproval,
  type ApprovalStatus,
  type ParsedApproval,
  type Plus1Approval,
} from './approval.js';
export { APPROVAL_STATES, KINDS_OF_APPROVAL, type ApprovalState, type KindOfApproval } from './approval-words.js';
export { BASELINE_CHECKS, type BaselineCheck } from './baseline-check.js';
export { JOB_STATUSES, type JobStatus } from './job-status.js';
export { SECURITY_EVENTS, type SecurityEvent } from './security-event.js';
export { normalPath, pathFault } from './catalog-path.js';
export { MAX_CONDITION_MESSAGE_CHARACTERS, MAX_EVENT_NOTE_CHARACTERS } from './text-bounds.js';
export { addressFault, isLoopback, redactAddresses } from './address.js';
export {
  CONDITION_TYPES,
  HELD_REASONS,
  STALLED_REASONS,
  UNREADY_REASONS,
  type Condition,
  type ConditionReason,
  type ConditionType,
  type HeldReason,
} from './conditions.js';
export { faultLine } from './fault-line.js';
export { isShare } from './fields.js';
export { DURATION_PATTERN, durationMs, formatDuration, parseDuration } from './duration.js';
export {
  EXEMPTED,
  FINDING_STATUSES,
  GONE,
  isToCorrect,
  PLAN_STATUSES,
  type FindingStatus,
  type PlanStatus,
  type SetAsideStatus,
} from './finding.js';
export {
  DEFAULT_MIN_SEVERITY,
  DELIVERY_RESULTS,
  NOTIFICATION_EVENTS,
  NOTIFICATION_SEVERITIES,
  type DeliveryResult,
  type NotificationEvent,
  type NotificationSeverity,
} from './notification-events.js';
export type { NotificationChannel } from './spec-notifications.js';
export { parsePolicy } from './parse.js';
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
  type PolicySpec,
  type Targeting,
  type TargetProperty,
} from './policy.js';
export { DEFAULT_LIFECYCLES, DEFAULT_PATHS } from './spec-catalog.js';
export { DEFAULT_API_URL } from './spec-github.js';
export { TEMPLATE_PARTS, type RulesetTemplate, type TemplatePart } from './spec-template.js';
export { ROLLOUT, ROLLOUTS, type Rollout } from './kinds/rollout.js';
export { type RolloutSpec, type RolloutStage } from './kinds/rollout-spec.js';
export {
  IMPACTS,
  MAX_ROLLOUT_ENTRIES,
  MAX_ROLLOUT_HISTORY,
  type ImpactWord,
  type RolloutEnd,
  type RolloutStatus,
  type StageOutcome,
} from './kinds/rollout-status.js';
export { EXEMPTION_STATES, PASS_RESULTS, policyStatus, statusFault } from './status.js';
export { MAX_FOREIGN_LINES } from './status-egress.js';
export type { NotificationStatus, OpenNotification } from './status-notifications.js';
export type {
  ComplianceStatus,
  EffectiveStatus,
  IssuesStatus,
  Enforcement,
  EntryWindow,
  ExemptionState,
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
export { VISIBILITIES, type Repository } from './repository.js';
export {
  INCIDENT_KIND,
  INCIDENT_MATCHING,
  INCIDENT_SEVERITIES,
  INCIDENTS,
  type IncidentAction,
  type IncidentSeverity,
  type IncidentSpec,
} from './kinds/incident.js';
export {
  INCIDENT_STATES,
  INCIDENT_STEPS,
  MAX_INCIDENT_ENTRIES,
  type ActionsSettings,
  type IncidentCheck,
  type IncidentConditionType,
  type IncidentHold,
  type IncidentInventory,
  type IncidentPhase,
  type IncidentState,
  type IncidentStep,
  type IncidentStatus,
  type IncidentTimeline,
  type IsolatedRepository,
  type ReferenceWay,
} from './kinds/incident-status.js';
export {
  SUITE_RESULTS,
  type RuleEvaluation,
  type RuleSuite,
  type RuleSuites,
  type SuitePeriod,
  type SuiteResult,
} from './rule-suite.js';
export {
  RULESET_ENFORCEMENTS,
  RULESET_TARGETS,
  type LiveRuleset,
  type RulesetEnforcement,
  type RulesetOthers,
} from './ruleset.js';
export { CONDITION_STATUSES, type ConditionOf } from './condition-schema.js';
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
} from './kinds/input-kind.js';
export { endpointParts, isWildcard } from './kinds/endpoint.js';
export {
  EGRESS_RULE,
  EGRESS_RULES,
  MAX_NAMED_APPROVALS,
  type EgressRule,
  type EgressRuleSpec,
  type EgressRuleStatus,
} from './kinds/egress-rule.js';
export { EGRESS_ENDPOINT_STATES, EGRESS_RULE_STATES } from './kinds/egress-states.js';
