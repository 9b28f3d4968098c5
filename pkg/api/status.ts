/**
 * `status` of a policy: all that a pass leaves behind for people, for `kubectl wait`, and for the next pass. Times are
 * RFC 3339 in UTC. A field that is absent is not known yet.
 */
import * as v from 'valibot';
import { BASELINE_CHECKS } from './baseline-check.js';
import { conditionSchema } from './condition-schema.js';
import { CONDITION_TYPES, HELD_REASONS, type ConditionReason, type ConditionType } from './conditions.js';
import { DURATION_PATTERN } from './duration.js';
import { integer, listMap, matching, oneOf, text, time } from './fields.js';
import { FINDING_STATUSES, PLAN_STATUSES } from './finding.js';
import { JOB_STATUSES } from './job-status.js';
import { MAX_NOTIFICATIONS } from './spec-notifications.js';
import { notification } from './status-notifications.js';
import { egressStatus } from './status-egress.js';
import { keptFault } from './kept-fault.js';
import { ownedRulesets } from './status-owned.js';
import { TEMPLATE_PARTS } from './spec-template.js';
import { count, id, maybe, repositoryName, sha256, told } from './status-fields.js';

/** The largest that the annotations of an object may be together; the annotation is echoed as it is. */
const MAX_ANNOTATION_CHARACTERS = 262_144;

const condition = conditionSchema<ConditionType, ConditionReason>('policy', `One of ${CONDITION_TYPES.join(', ')}.`);

const rulesetStatus = v.strictObject({
  id: told(id(), 'Id of the ruleset.'),
  enforcement: told(
    oneOf(['Active', 'Evaluate', 'Disabled']),
    'Enforcement as GitHub has it; only Active protects anything.',
  ),
  members: told(count(), 'How many repositories the last pass left in it.'),
  membersHash: told(sha256(), 'Hash over the sorted ids as the last pass left them; drift is what differs from it.'),
  undone: told(count(), 'Passes in a row that found our last write undone.'),
  contestedUntil: maybe(
    time(),
    'Somebody else put back what had left, in several passes in a row: nobody leaves until then, and then it is tried once more.',
  ),
});

const complianceStatus = v.strictObject({
  summary: told(text(0, 64, 'two counts'), 'Governed and production repositories, as 449/450.'),
  total: told(count(), 'All repositories that were looked at.'),
  production: told(count(), 'Repositories whose catalogue file says production.'),
  governed: told(count(), 'Production repositories that the enforced ruleset targets.'),
  ungoverned: told(count(), 'Production repositories that it does not.'),
  ungovernedSince: maybe(time(), 'Since when at least one production repository has been ungoverned.'),
  exempted: maybe(
    count(),
    'Repositories that an exemption decides about; absent where there is none. They count in total alone.',
  ),
});

const finding = v.strictObject({
  status: told(oneOf(FINDING_STATUSES), "What a repository's catalogue says."),
  count: told(count(), 'How many repositories say so.'),
});

const credentials = v.strictObject({
  kind: told(oneOf(['Token', 'App']), 'A token, or the installation of a GitHub App.'),
  secretName: maybe(text(0, 253, 'a name'), 'The Secret that it came from.'),
  visibility: told(
    oneOf(['Full', 'Partial']),
    'Whether it is proved to see every repository; only then can absence be proved.',
  ),
  backup: maybe(v.boolean(), 'True where it is that of backupSecretRef, since GitHub refused the first.'),
});

/** How a pass may end. */
export const PASS_RESULTS = ['Succeeded', 'Failed', 'Held', 'Incomplete', 'Observed'] as const;

const lastPass = v.strictObject({
  type: told(oneOf(['Full', 'Quick']), 'Full: every repository was listed. Quick: only what changed was read.'),
  result: told(
    oneOf(PASS_RESULTS),
    'How the pass ended: Held by a guard, Incomplete where GitHub did not answer everything, Observed where the mode is Observe.',
  ),
  startTime: told(time(), 'When the pass began.'),
  completionTime: told(time(), 'When the pass ended.'),
  reconcileID: told(text(0, 128, 'an id'), 'Id of the pass, as on its log lines.'),
  entered: told(count(), 'Repositories that the pass let enter.'),
  left: told(count(), 'Repositories that the pass let leave.'),
  retained: told(count(), 'Members that no longer declare production and stayed.'),
});

const exitClock = v.strictObject({
  id: told(id(), 'Id of the repository.'),
  name: told(repositoryName(), 'Name of the repository.'),
  reason: told(
    oneOf(PLAN_STATUSES),
    'What its catalogue says now; gone: proved gone from the organization; exempted: an exemption lets it leave.',
  ),
  since: told(time(), 'The first observation against production, or the first proof that it is gone.'),
  dueTime: told(time(), "When it may leave: since, and today's grace period; an hour where it is gone."),
  commit: maybe(
    text(0, 64, 'a commit'),
    'The commit that started it, where GitHub named it; else the head commit of the first such observation.',
  ),
  author: maybe(text(0, 1024, 'a login or name'), 'Who wrote that commit: a login, else a name.'),
});

const guardWindow = v.strictObject({
  startTime: told(time(), 'The first leave of the window.'),
  members: told(count(), 'Members of the ruleset at that time.'),
  left: told(count(), 'How many have left since.'),
});

const entryWindow = v.strictObject({
  startTime: told(time(), 'The first entry of the window.'),
  members: told(count(), 'Members of the ruleset at that time.'),
  entered: told(count(), 'How many have entered since.'),
});

const hold = v.strictObject({
  planHash: told(sha256(), 'Hash of the plan that is held: what an approval names.'),
  reason: told(oneOf(HELD_REASONS), 'The guard that holds it.'),
  since: told(time(), 'Since when a plan has been held, or since the last expiry of the hold.'),
  expiryTime: maybe(time(), 'When approvals that are given now expire: since, and guards.approval.timeout.'),
  count: told(count(), 'Repositories that are held.'),
  repositories: told(v.pipe(v.array(repositoryName()), v.maxLength(50)), 'Names of those that are held, at most 50.'),
  approvals: told(count(), 'Distinct approvers whose approvals count now.'),
});

const pendingWrite = v.strictObject({
  planHash: told(sha256(), 'Hash of the plan that was being applied.'),
  startTime: told(time(), 'When the write began.'),
  membersHash: maybe(
    sha256(),
    'Hash of the membership that it sends: a read that shows exactly that settles it. Absent where no read can, but time alone: repositories only leave by it, or an earlier write was not settled.',
  ),
  entering: maybe(
    v.pipe(v.array(id()), v.maxLength(500)),
    'Ids that entryWindow counts because of it: who of them turns out not to have entered is taken back. Absent where guards.maxEntering is unset.',
  ),
});

/** `expiring` is in force as well. */
export const EXEMPTION_STATES = ['active', 'expiring', 'expired'] as const;
export type ExemptionState = (typeof EXEMPTION_STATES)[number];

const exemptionsStatus = v.strictObject({
  active: told(count(), 'Exemptions in force, also those that expire soon and those that match no repository.'),
  expiring: told(count(), 'Those of them that end within 14 days.'),
  expired: told(count(), 'Exemptions that have ended and are still in the policy.'),
});

const journal = v.strictObject({
  chain: told(text(0, 1_024, 'the name of a chain'), 'Its chain: the folder below the root of the journal.'),
  sequence: told(count(), 'Number of its last entry.'),
  headHash: told(sha256(), 'Hash of its last entry.'),
});

const effective = v.strictObject({
  checked: told(count(), 'Governed repositories of which GitHub said which rules are in force.'),
  ineffective: told(count(), 'Those of them on whose default branch no rule of the ruleset is in force.'),
  lastCheckTime: told(time(), 'When GitHub was last asked.'),
});

const workflowsStatus = v.strictObject({
  jobs: told(
    v.pipe(
      v.array(
        v.strictObject({
          status: told(oneOf(JOB_STATUSES), 'What the egress control of a job is worth.'),
          count: told(count(), 'How many jobs have it.'),
        }),
      ),
      v.maxLength(JOB_STATUSES.length),
    ),
    'Jobs within workflows.scope by their status.',
  ),
  filesUnreadable: told(count(), 'Workflow files and actions that could not be read or judged.'),
});

const baselineStatus = v.strictObject({
  met: told(count(), 'Repositories of which no check fails and none is unknown.'),
  repositories: told(count(), 'Repositories that were looked at.'),
  checks: told(
    v.pipe(
      v.array(
        v.strictObject({
          name: told(oneOf(BASELINE_CHECKS), 'The check.'),
          pass: told(count(), 'Repositories that meet it.'),
          fail: told(count(), 'Repositories that do not.'),
          unknown: told(count(), 'Repositories of which nobody knows.'),
          notAvailable: told(count(), 'Repositories where the plan, a paid feature or the version of GitHub lacks it.'),
        }),
      ),
      v.maxLength(BASELINE_CHECKS.length),
    ),
    'What each check found.',
  ),
});

const issuesStatus = v.strictObject({
  open: told(count(), 'Issues that are open.'),
  opened: told(count(), 'Issues that Plus1 opened, or opened again, since the policy asks for them.'),
  closed: told(count(), 'Issues that Plus1 closed, because what they were about was over.'),
  snoozed: told(count(), 'Findings that nothing is said about, since a person closed their issue.'),
});

/** `status` of a policy. */
export const policyStatus = v.strictObject({
  observedGeneration: maybe(
    integer(-1, Number.MAX_SAFE_INTEGER, 'a generation'),
    'Generation of the policy that the last pass finished; -1 before the first.',
  ),
  lastHandledReconcileAt: maybe(
    text(0, MAX_ANNOTATION_CHARACTERS, 'a text'),
    'Value of the annotation plus1.dev/reconcile-at that was last handled.',
  ),
  lastHandledRollbackTo: maybe(
    text(0, 1_024, 'a record or a time'),
    'Value of the annotation plus1.dev/rollback-to that was carried out and is not released yet.',
  ),
  rollbackBegunTo: maybe(
    text(0, 1_024, 'a record or a time'),
    'Value of the annotation plus1.dev/rollback-to that was begun and goes on: nobody leaves by it any more but by an approval. It goes when that was carried out or released.',
  ),
  conditions: maybe(
    listMap(condition, { key: 'type', max: 16, allowed: 'at most 16 conditions' }),
    'Ready and Compliant always; WorkflowsHardened and BaselineMet where they are switched on; Reconciling, Stalled, Held and NotificationsFailing while they are True.',
  ),
  organizationID: maybe(id(), 'Id of the organization; survives renames.'),
  ruleset: maybe(rulesetStatus, 'The ruleset as the last pass left it.'),
  rulesetMissingTime: maybe(
    time(),
    'When a listing of the rulesets lacked the one that the policy names. Where the next one lacks it too, ruleset.template makes it.',
  ),
  templateDifferences: maybe(
    v.pipe(v.array(oneOf(TEMPLATE_PARTS)), v.maxLength(TEMPLATE_PARTS.length)),
    'What of the ruleset is not as ruleset.template says; absent where nothing is, and without a template. It is reported, and never corrected.',
  ),
  compliance: maybe(complianceStatus, 'Production repositories, and how many of them are governed.'),
  findings: maybe(
    listMap(finding, { key: 'status', max: FINDING_STATUSES.length, allowed: 'one entry a status' }),
    "How many repositories' catalogues say what.",
  ),
  credentials: maybe(credentials, 'The credential that the last pass used.'),
  lastPass: maybe(lastPass, 'The last pass, whatever its end.'),
  lastSyncTime: maybe(time(), 'End of the last complete full pass.'),
  nextPassTime: maybe(
    time(),
    'When the next full pass is due, or what failed is tried again; quick passes come in between.',
  ),
  effectiveInterval: maybe(
    matching(DURATION_PATTERN, 64, 'a duration'),
    'From one full pass to the next, where it is longer than schedule.interval: all full passes of the credential together would take more than half of its hourly limits.',
  ),
  leaving: maybe(
    listMap(exitClock, { key: 'id', max: 500, allowed: 'at most 500 clocks' }),
    'Running exit clocks, oldest first, at most 500; others wait for a place.',
  ),
  window: maybe(guardWindow, 'What guards.maxLeaving counts.'),
  entryWindow: maybe(entryWindow, 'What guards.maxEntering counts; absent where it is unset.'),
  hold: maybe(hold, 'The plan that a guard holds back.'),
  pendingWrite: maybe(
    pendingWrite,
    'A write without a known outcome: set before it, cleared by its outcome. While it is here GitHub is read before anything is written.',
  ),
  ownedRulesets: maybe(
    ownedRulesets,
    'Rulesets that Plus1 made itself, by their ids, and those that it is about to make or to delete. Nothing else is ever deleted.',
  ),
  journal: maybe(journal, 'Where the journal stood when this status was written.'),
  effective: maybe(
    effective,
    'Whether the rules are in force on the default branches of governed repositories; absent until that was asked, and where it is switched off or the ruleset has no rules.',
  ),
  workflows: maybe(
    workflowsStatus,
    'What the jobs of workflow files are worth; absent where workflows is switched off.',
  ),
  baseline: maybe(
    baselineStatus,
    'The checklists of repositories within baseline.scope; absent where baseline is switched off.',
  ),
  issues: maybe(issuesStatus, 'Issues for repository owners; absent where issues.mode is Off.'),
  egress: maybe(egressStatus, 'Egress rules that were taken away; absent where there are none.'),
  exemptions: maybe(exemptionsStatus, 'Exemptions of the policy by their time; absent where it has none.'),
  notifications: maybe(
    listMap(notification, { key: 'name', max: MAX_NOTIFICATIONS, allowed: `at most ${MAX_NOTIFICATIONS} channels` }),
    'Channels of the policy, and what is open at each.',
  ),
});

/**
 * The first fault of a status that was kept in a file, as the path of the field, or undefined. It is checked whole: a
 * window without its count, or a clock since nobody knows when, would open the guards without a word. Fields that a
 * newer version added are no fault.
 */
export const statusFault = (status: unknown): string | undefined => keptFault(policyStatus, status);

/** One running exit clock. `dueTime` is recomputed in every pass from `since` and today's grace period. */
export type ExitClock = v.InferOutput<typeof exitClock>;
/** What `guards.maxLeaving` counts: how many left since `startTime`, when the ruleset had `members`. */
export type GuardWindow = v.InferOutput<typeof guardWindow>;
/** What `guards.maxEntering` counts. */
export type EntryWindow = v.InferOutput<typeof entryWindow>;
export type HoldStatus = v.InferOutput<typeof hold>;
export type LastPass = v.InferOutput<typeof lastPass>;
export type PassResult = LastPass['result'];
export type RulesetStatus = v.InferOutput<typeof rulesetStatus>;
export type Enforcement = RulesetStatus['enforcement'];
export type ExemptionsStatus = v.InferOutput<typeof exemptionsStatus>;
export type EffectiveStatus = v.InferOutput<typeof effective>;
export type IssuesStatus = v.InferOutput<typeof issuesStatus>;
export type ComplianceStatus = v.InferOutput<typeof complianceStatus>;
export type PolicyStatus = v.InferOutput<typeof policyStatus>;
