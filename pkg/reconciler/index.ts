/** The pass: observe, classify, plan, guard, act, publish. */
export { stillHeld } from './held.js';
export { startedBy } from './publishers/started-by.js';
export { backupMessage } from './backup-use.js';
export { withBackup, type Opened } from './policy/backup.js';
export { resolveAccess, resolveBackup, type Access, type AccessSources } from './policy/access.js';
export { approvalPort } from './policy/approval-port.js';
export { olderRival, sharedText } from './policy/conflict.js';
export { barredText } from './status/barred-message.js';
export { notEnforced } from './status/compliant.js';
export { readKnown, type KnownRepositories, type KnownRepository } from './memory/verdict-cache-shape.js';
export type { VerdictStore } from './memory/verdict-cache.js';
export { readBook, type IssueBook, type IssueStore } from './issues/issue-store.js';
export {
  readBaseline,
  type BaselineIndex,
  type BaselineStore,
  type BaselineSurvey,
  type KnownChecklist,
} from './baseline/baseline-index.js';
export { settingsOf as baselineSettings } from './baseline/settings.js';
export { readIndex, type IndexRewrite, type WorkflowStore, type WorkflowSurvey } from './workflows/workflow-index.js';
export { protectionOf, type Protection } from './protection.js';
export { PolicyReconciler } from './policy/policy-reconciler.js';
export { limitError } from './pass/operator-limits.js';
export { runPass } from './pass/pass.js';
export type { Departed, Missed, Remembered } from './memory/verdict-cache-shape.js';
export { scheduleFault } from './policy/schedule.js';
export type { PassDependencies } from './pass/pass-dependencies.js';
export { JournalKeeper } from './journal/journal-keeper.js';
export type { JournalMetrics, JournalSettings } from './journal/journal-settings.js';
export { membersAfter } from './journal/recorded.js';
export { isSecurityError } from './journal/security-events.js';
export { journaled } from './journal/journaled-record.js';
export type { PassJournal } from './journal/pass-journal.js';
export { journalPublisher } from './publishers/journal.js';
export {
  NO_RECORD,
  type ApprovalPort,
  type HeldPairs,
  type Intent,
  type PassRecord,
  type PassSight,
  type WriteEnd,
} from './pass-record.js';
export { approvalPublisher } from './publishers/approvals.js';
export { logPublisher } from './publishers/log.js';
export { noticePolicy, noticePublisher, withNotices, type NoticePort } from './notices/publisher.js';
export { optionalPublisher } from './publishers/optional.js';
export { incompleteMs } from './policy/schedule.js';
export type { Publication, Publisher } from './publishers/publisher.js';
export { statusPublisher } from './publishers/status.js';
export type { ActResult, PassOutcome, PassRequest, Progress, PassObservation, RollbackOutcome } from './types.js';
export { Forgeries } from './webhooks/forgeries.js';
export {
  DELIVERY_RESULTS,
  EVENT_LABELS,
  eventLabel,
  WebhookDeliveries,
  type Delivery,
  type DeliveryResult,
} from './webhooks/webhook-deliveries.js';
export { WebhookSecrets } from './webhooks/webhook-secrets.js';
export { conditionsOf, conditionStatus, type Said } from './inputs/conditions.js';
export type { InputHandler, InputPass, InputResult } from './inputs/handler.js';
export { incidentHandler, type IncidentHandlerOptions } from './incidents/handler.js';
export { evidenceFolder, type EvidenceStore } from './incidents/ports.js';
export { RolloutHandler } from './rollouts/handler.js';
export { EgressHandler } from './inputs/egress/handler.js';
export type { ResolveName } from './inputs/egress/names.js';
export { readImpact, type Impact } from './rollouts/impact.js';
