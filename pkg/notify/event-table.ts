/** Every event of notifications as data: how much it matters, when it is told, and what a person does about it. */
import type { NotificationEvent, NotificationSeverity } from '../api/index.js';

export interface EventEntry {
  severity: NotificationSeverity;
  /** `state`: it is open until it is over, and both are told. `once`: it happened, and is told once. */
  kind: 'state' | 'once';
  /** What it is, in a few words. */
  title: string;
  /** What to do, where the source has nothing better to say. */
  fix: string;
  /** Passes in a row that must see it before it is told. Default 1. */
  passes?: number;
  /** How long ago the first of them must be, ms. */
  ms?: number;
  /** Told at `digestTime` alone, whatever `delivery` says. */
  isDaily?: true;
  /** Not told again while it lasts. */
  isToldOnce?: true;
}

const MINUTE_MS = 60_000;

export const EVENT_TABLE: Readonly<Record<NotificationEvent, EventEntry>> = {
  FirstPass: {
    ...{ severity: 'Info', kind: 'once', title: 'First pass of a policy' },
    fix: 'nothing; from now on this channel hears what changes',
  },
  PassFailed: {
    ...{ severity: 'High', kind: 'state', title: 'Passes fail', passes: 3, ms: 5 * MINUTE_MS },
    fix: 'read the condition Ready of the policy: it says what is wrong and what to do',
  },
  PassIncomplete: {
    ...{ severity: 'Warning', kind: 'state', title: 'No complete pass' },
    fix: 'read the condition Ready of the policy: it says which repositories GitHub did not answer for',
  },
  PassSlower: {
    ...{ severity: 'Warning', kind: 'state', title: 'Passes are slower', isToldOnce: true },
    fix: 'nothing, where many repositories have new commits; else compare plus1_pass_duration_seconds with the remaining rate limit',
  },
  CredentialExpiring: {
    ...{ severity: 'Warning', kind: 'state', title: 'The GitHub token ends soon' },
    fix: 'make a new token and put it into the Secret of the policy; the next pass uses it',
  },
  WriteUnproved: {
    ...{ severity: 'High', kind: 'state', title: 'A write to the ruleset is not proved' },
    fix: 'look at the ruleset and at its history on GitHub for another writer; the next pass reads it before it writes anything',
  },
  JournalUnavailable: {
    ...{ severity: 'High', kind: 'state', title: 'The journal cannot be written' },
    fix: 'make room on the volume of the journal, or repair it; nothing is written to GitHub until then',
  },
  EmergencyBypass: {
    ...{ severity: 'High', kind: 'once', title: 'One person released a held plan' },
    fix: 'ask the approver by another channel whether it was them, and have a second person review what left',
  },
  SecurityEvent: {
    ...{ severity: 'High', kind: 'once', title: 'Security event' },
    fix: 'read the records of kind SecurityEvent in the journal, and the audit log of the organization',
  },
  ProductionUngoverned: {
    ...{ severity: 'High', kind: 'state', title: 'Production repositories are not governed', passes: 2 },
    fix: 'read the conditions of the policy: a guard, a mode or a failing write keeps them out',
  },
  RulesetNotEnforced: {
    ...{ severity: 'High', kind: 'state', title: 'The ruleset protects nothing', passes: 2 },
    fix: 'set the ruleset to active, with at least one rule, for branches that include the default branch',
  },
  Ineffective: {
    ...{ severity: 'High', kind: 'state', title: 'Rules are not in effect', passes: 2 },
    fix: 'look at the enforcement and the branch patterns of the ruleset on GitHub; ~DEFAULT_BRANCH covers every default branch',
  },
  ComplianceLow: {
    ...{ severity: 'Warning', kind: 'state', title: 'Compliance is below 95 %', isDaily: true },
    fix: 'read the condition Compliant of the policy; the web page, and the plan of plus1 plan, have the repositories and why',
  },
  PlanHeld: {
    ...{ severity: 'Warning', kind: 'state', title: 'A guard holds a plan' },
    fix: 'look at status.hold of the policy (kubectl get plus1 POLICY -o yaml, or plus1 get), then approve the plan or correct the catalogue files',
  },
  DriftRepaired: {
    ...{ severity: 'Warning', kind: 'once', title: 'Somebody changed the ruleset, and it was put right' },
    fix: 'find out who changed it in the audit log of the organization',
  },
  RulesetChanged: {
    ...{ severity: 'Warning', kind: 'once', title: 'Somebody changed the ruleset' },
    fix: 'find out who changed it in the audit log of the organization',
  },
  RepositoryDemoted: {
    ...{ severity: 'Warning', kind: 'once', title: 'Repositories are not in production any more' },
    fix: 'ask their owners; declared as production again before the grace period ends, they stay',
  },
  ExemptionExpiring: {
    ...{ severity: 'Warning', kind: 'once', title: 'Exemptions end within 14 days' },
    fix: 'ask their owners: set a later expiresAt in the policy, or let them end; then the catalogue file decides',
  },
  RepositoriesEntered: {
    ...{ severity: 'Info', kind: 'once', title: 'Repositories entered the ruleset' },
    fix: 'nothing',
  },
  RepositoriesLeft: {
    ...{ severity: 'Info', kind: 'once', title: 'Repositories left the ruleset' },
    fix: 'nothing, where they were meant to leave',
  },
  IncidentOpened: {
    ...{ severity: 'Warning', kind: 'state', title: 'An incident is open' },
    fix: 'read plus1 incident status; close the incident when it is over',
  },
  IncidentOverdue: {
    ...{ severity: 'Warning', kind: 'state', title: 'An incident is overdue' },
    fix: 'read plus1 incident status, and do what is late; delete the incident when its review is done',
  },
  RolloutFailed: {
    ...{ severity: 'Warning', kind: 'state', title: 'A rollout failed' },
    fix: 'read what failed with plus1 rollout status; correct it, then pause and resume the rollout, or delete it',
  },
  EgressReviewDue: {
    ...{ severity: 'Warning', kind: 'state', title: 'A review of allowed destinations is due' },
    fix: 'ask the owner of the rule, then record the review with plus1 approve POLICY --plan DIGEST --kind Review, or take the rule away',
  },
  EgressNameUnresolvable: {
    ...{ severity: 'Warning', kind: 'state', title: 'An allowed destination cannot be resolved' },
    fix: 'correct or delete the rule, and take the name out of the lists of its jobs: while it does not resolve, they block nothing',
  },
  DailySummary: { severity: 'Info', kind: 'once', title: 'Summary of the day', fix: 'nothing' },
  WeeklySummary: { severity: 'Info', kind: 'once', title: 'Summary of the week', fix: 'nothing' },
};

const REPEAT_MS: Readonly<Record<NotificationSeverity, number>> = {
  Info: 24 * 3_600_000,
  Warning: 24 * 3_600_000,
  High: 4 * 3_600_000,
};

/** After how long an event that is still open is told again, ms. */
export const repeatMs = (severity: NotificationSeverity): number => REPEAT_MS[severity];
