/**
 * The metrics of one policy. Gauges are set whole from one snapshot, so that no series keeps a value of an older state; a
 * value that is not known has no series, because 0 ungoverned repositories and an unseen organization are not the same.
 */
import { ISSUE_STATES } from './issue-metrics.js';
import {
  APPROVAL_STATES,
  CONDITION_STATUSES,
  CONDITION_TYPES,
  DELIVERY_RESULTS,
  EGRESS_ENDPOINT_STATES,
  EGRESS_RULE_STATES,
  EXEMPTION_STATES,
  FINDING_STATUSES,
  HELD_REASONS,
  JOB_STATUSES,
  PASS_RESULTS,
  SECURITY_EVENTS,
  SUITE_RESULTS,
  type ApprovalState,
  type Condition,
  type ConditionType,
  type DeliveryResult,
  type ExemptionState,
  type FindingStatus,
  type HeldReason,
  type JobStatus,
  type LastPass,
  type PassResult,
  type SecurityEvent,
  type SuiteResult,
} from '../api/index.js';
import type { ErrorClass, ErrorCode } from '../errors/index.js';
import { baselineGauges, type BaselineCounts } from './baseline-series.js';
import { incidentSeries, type IncidentSnapshot } from './incident-series.js';
import type { LabelsOf, NameOf } from './metrics-table.js';
import { rolloutGauges, type RolloutCounts } from './rollout-gauges.js';
import type { Series } from './series.js';

/** The labels that every series of a policy carries. */
export type PolicyLabel = 'policy' | 'organization';

/** What is known of a policy after a pass. An absent value is not known yet and has no series. */
export interface PolicySnapshot {
  /** Counts by finding status; a status that is not in a given list counts 0. */
  findings: readonly { status: FindingStatus; count: number }[] | undefined;
  /** Repositories that the live ruleset targets. */
  members: number | undefined;
  production: number | undefined;
  ungoverned: number | undefined;
  /** 0 to 1. */
  complianceRatio: number | undefined;
  /** Longest time that a production repository has been ungoverned. */
  exposureSeconds: number | undefined;
  /** Exit clocks that run. */
  leaving: number | undefined;
  /** Exemptions of the policy by their time. */
  exemptions: Readonly<Record<ExemptionState, number>> | undefined;
  /** True where full passes come less often than the policy says, for the sake of the hourly limits. */
  isStretched: boolean;
  /** True where the backup credential is used. */
  usesBackup: boolean;
  /** Governed production repositories on whose default branch no rule is in force. */
  ineffective: number | undefined;
  /** Repositories by check and by what it says; absent where nobody looks. */
  baseline: BaselineCounts | undefined;
  /** Jobs of workflow files by their status, and files that could not be judged; absent where nobody looks. */
  workflows: { jobs: readonly { status: JobStatus; count: number }[]; filesUnreadable: number } | undefined;
  /** Issues for repository owners; absent where the policy opens none. */
  issues: Record<(typeof ISSUE_STATES)[number], number> | undefined;
  /** Why a guard holds the plan; absent where none does. */
  held: HeldReason | undefined;
  conditions: readonly Pick<Condition, 'type' | 'status'>[];
  /** Unix seconds. */
  lastCompletePassSeconds: number | undefined;
}

/** Egress rules and their endpoints by their states. */
export interface EgressCounts {
  rules: Readonly<Record<(typeof EGRESS_RULE_STATES)[number], number>>;
  endpoints: Readonly<Record<(typeof EGRESS_ENDPOINT_STATES)[number], number>>;
  /** Rules whose review is overdue. */
  overdue: number;
  /** Rules with a name that does not resolve. */
  unresolvable: number;
}

/** The hooks of one policy. */
export interface PolicyMetrics {
  /** Sets every gauge of the policy. */
  observe(snapshot: PolicySnapshot): void;
  /** Sets the gauges of egress rules. */
  egress(found: EgressCounts): void;
  /** Counts an egress rule that each job of its scope carries for the first time, by the seconds since it was made. */
  egressRequest(seconds: number): void;
  /** Counts a pass that ended. */
  pass(ended: { kind: PassKind; result: PassWord; seconds: number }): void;
  /** Counts repositories that Plus1 let enter and leave. */
  changed(count: { entered: number; left: number }): void;
  /** Counts repositories that someone else's hand put in and took out. */
  drift(count: { added: number; removed: number }): void;
  error(error: { class: ErrorClass; code: ErrorCode }): void;
  /** Where the journal stands: signed up to `signedSeconds`, the time of the last record that the newest checkpoint covers. */
  journal(stands: { sequence: number; bytes: number; lastRecordSeconds: number; signedSeconds: number }): void;
  /** Records were written that no checkpoint covers yet. */
  journalRecord(record: { sequence: number; lastRecordSeconds: number }): void;
  /** Counts a failure of the journal. */
  journalError(): void;
  /** Counts a security event. */
  securityEvent(event: SecurityEvent): void;
  /** Counts exposure, summed over repositories. */
  exposure(seconds: number): void;
  /** Counts an approval that came to that in a pass, and one that released a plan alone. */
  approval(result: ApprovalWord, isBypass: boolean): void;
  /** Counts what became of a message to a channel: delivered, a try that failed, given up. */
  notification(name: string, result: DeliveryResult): void;
  /** Sets every gauge of incidents. */
  incidents(snapshot: IncidentSnapshot): void;
  /** Counts a new repository whose checklist is complete, by the seconds since it was first seen in production. */
  onboarded(seconds: number): void;
  /** Counts a pass that found less than half of the production that the one before it had. */
  productionFell(): void;
  /** Sets the gauges of all rollouts of the policy; those that are not named have no series. */
  rollouts(counts: readonly RolloutCounts[]): void;
  /** Counts a push that rules judged. */
  ruleSuite(result: SuiteResult): void;
}

/** Kind of a pass as the label has it. */
export type PassKind = Lowercase<LastPass['type']>;
/** Result of a pass as the label has it. */
export type PassWord = Lowercase<PassResult>;

const PASS_KINDS: Record<PassKind, true> = { full: true, quick: true };
/** What became of an approval, as the label has it. */
export type ApprovalWord = Lowercase<ApprovalState>;

/** What a condition that is not in the list means: Ready and Compliant are always there, the others only while True. */
const WHEN_ABSENT: Record<ConditionType, Condition['status']> = {
  Ready: 'Unknown',
  Compliant: 'Unknown',
  Reconciling: 'False',
  Stalled: 'False',
  Held: 'False',
  NotificationsFailing: 'False',
  WorkflowsHardened: 'Unknown',
  BaselineMet: 'Unknown',
};

type PolicySeries = Series<PolicyLabel>;
type PlainGauge = {
  [N in NameOf<'gauge'>]: [keyof LabelsOf<N, PolicyLabel>] extends [never] ? N : never;
}[NameOf<'gauge'>];

/** Hooks that write to `series`; counters begin at 0, so that the first event shows in a rate. */
export function policyMetrics(series: PolicySeries): PolicyMetrics {
  start(series);
  return {
    observe: (snapshot) => observe(series, snapshot),
    egress: ({ rules, endpoints, overdue, unresolvable }) => {
      for (const state of EGRESS_RULE_STATES) series.set('plus1_egress_rules', { state }, rules[state]);
      for (const state of EGRESS_ENDPOINT_STATES) series.set('plus1_egress_endpoints', { state }, endpoints[state]);
      series.set('plus1_egress_reviews_overdue', {}, overdue);
      series.set('plus1_egress_unresolvable', {}, unresolvable);
    },
    egressRequest: (seconds) => series.observe('plus1_egress_request_seconds', {}, seconds),
    pass({ kind, result, seconds }) {
      series.add('plus1_passes_total', { kind, result }, 1);
      series.observe('plus1_pass_duration_seconds', {}, seconds);
    },
    changed({ entered, left }) {
      series.add('plus1_ruleset_changes_total', { change: 'entered' }, entered);
      series.add('plus1_ruleset_changes_total', { change: 'left' }, left);
    },
    drift({ added, removed }) {
      series.add('plus1_drift_total', { change: 'added' }, added);
      series.add('plus1_drift_total', { change: 'removed' }, removed);
    },
    journal({ sequence, bytes, lastRecordSeconds, signedSeconds }) {
      series.set('plus1_journal_sequence', {}, sequence);
      series.set('plus1_journal_last_record_timestamp_seconds', {}, lastRecordSeconds);
      series.set('plus1_journal_bytes', {}, bytes);
      series.set('plus1_journal_signed_timestamp_seconds', {}, signedSeconds);
    },
    journalRecord({ sequence, lastRecordSeconds }) {
      series.set('plus1_journal_sequence', {}, sequence);
      series.set('plus1_journal_last_record_timestamp_seconds', {}, lastRecordSeconds);
    },
    journalError: () => series.add('plus1_journal_errors_total', {}, 1),
    securityEvent: (event) => series.add('plus1_security_events_total', { event }, 1),
    exposure: (seconds) => series.add('plus1_exposure_seconds_total', {}, seconds),
    approval(result, isBypass) {
      series.add('plus1_approvals_total', { result }, 1);
      if (isBypass) series.add('plus1_emergency_bypasses_total', {}, 1);
    },
    notification(name, result) {
      // So that the first failure shows in a rate.
      for (const each of DELIVERY_RESULTS)
        series.add('plus1_notifications_total', { name, result: each }, each === result ? 1 : 0);
    },
    incidents: (snapshot) => incidentSeries(series, snapshot),
    rollouts: rolloutGauges(series),
    ruleSuite: (result) => series.add('plus1_rule_suites_total', { result }, 1),
    onboarded: (seconds) => series.observe('plus1_onboarding_seconds', {}, seconds),
    productionFell: () => series.add('plus1_production_falls_total', {}, 1),
    error: ({ class: cls, code }) => series.add('plus1_errors_total', { class: cls, code }, 1),
  };
}

function start(series: PolicySeries): void {
  for (const kind of Object.keys(PASS_KINDS) as PassKind[])
    for (const result of PASS_RESULTS) series.add('plus1_passes_total', { kind, result: result.toLowerCase() }, 0);
  for (const change of ['entered', 'left']) series.add('plus1_ruleset_changes_total', { change }, 0);
  for (const change of ['added', 'removed']) series.add('plus1_drift_total', { change }, 0);
  for (const event of SECURITY_EVENTS) series.add('plus1_security_events_total', { event }, 0);
  for (const name of ['plus1_journal_errors_total', 'plus1_exposure_seconds_total'] as const) series.add(name, {}, 0);
  for (const state of APPROVAL_STATES) series.add('plus1_approvals_total', { result: state.toLowerCase() }, 0);
  series.add('plus1_emergency_bypasses_total', {}, 0);
  for (const result of SUITE_RESULTS) series.add('plus1_rule_suites_total', { result }, 0);
  series.add('plus1_production_falls_total', {}, 0);
  series.zero('plus1_pass_duration_seconds', {});
  series.zero('plus1_onboarding_seconds', {});
}

function observe(series: PolicySeries, snapshot: PolicySnapshot): void {
  findings(series, snapshot.findings);
  plain(series, 'plus1_ruleset_members', snapshot.members);
  plain(series, 'plus1_production_repositories', snapshot.production);
  plain(series, 'plus1_production_ungoverned', snapshot.ungoverned);
  plain(series, 'plus1_production_ineffective', snapshot.ineffective);
  plain(series, 'plus1_compliance_ratio', snapshot.complianceRatio);
  plain(series, 'plus1_workflow_files_unreadable', snapshot.workflows?.filesUnreadable);
  jobs(series, snapshot.workflows?.jobs);
  baselineGauges(series, snapshot.baseline);
  issues(series, snapshot.issues);
  plain(series, 'plus1_exposure_seconds', snapshot.exposureSeconds);
  plain(series, 'plus1_leaving', snapshot.leaving);
  plain(series, 'plus1_last_complete_pass_timestamp_seconds', snapshot.lastCompletePassSeconds);
  for (const state of EXEMPTION_STATES) series.set('plus1_exemptions', { state }, snapshot.exemptions?.[state] ?? 0);
  series.set('plus1_interval_stretched', {}, snapshot.isStretched ? 1 : 0);
  series.set('plus1_backup_credential', {}, snapshot.usesBackup ? 1 : 0);
  for (const reason of HELD_REASONS) series.set('plus1_plan_held', { reason }, reason === snapshot.held ? 1 : 0);
  conditions(series, snapshot.conditions);
}

function findings(series: PolicySeries, counts: PolicySnapshot['findings']): void {
  for (const status of FINDING_STATUSES) {
    if (counts === undefined) series.remove('plus1_repositories', { status });
    else series.set('plus1_repositories', { status }, counts.find((entry) => entry.status === status)?.count ?? 0);
  }
}

function jobs(series: PolicySeries, counts: readonly { status: JobStatus; count: number }[] | undefined): void {
  for (const status of JOB_STATUSES) {
    if (counts === undefined) series.remove('plus1_workflow_jobs', { status });
    else series.set('plus1_workflow_jobs', { status }, counts.find((entry) => entry.status === status)?.count ?? 0);
  }
}

function issues(series: PolicySeries, counts: PolicySnapshot['issues']): void {
  for (const state of ISSUE_STATES) {
    if (counts === undefined) series.remove('plus1_issues', { state });
    else series.set('plus1_issues', { state }, counts[state]);
  }
}

function plain(series: PolicySeries, name: PlainGauge, value: number | undefined): void {
  if (value === undefined) series.remove(name, {});
  else series.set(name, {}, value);
}

function conditions(series: PolicySeries, list: PolicySnapshot['conditions']): void {
  for (const type of CONDITION_TYPES) {
    const holds = list.find((condition) => condition.type === type)?.status ?? WHEN_ABSENT[type];
    for (const status of CONDITION_STATUSES) series.set('plus1_condition', { type, status }, status === holds ? 1 : 0);
  }
}
