/** The pass: observe, classify, plan, guard, act, publish. */
export { resolveAccess, type Access, type AccessSources } from './policy/access.js';
export { approvalPort } from './policy/approval-port.js';
export { olderRival } from './policy/conflict.js';
export { notEnforced } from './status/conditions.js';
export { readKnown, type KnownRepositories, type KnownRepository } from './memory/verdict-cache-shape.js';
export type { VerdictStore } from './memory/verdict-cache.js';
export { protectionOf, type Protection } from './protection.js';
export { PolicyReconciler, type PolicyReconcilerOptions } from './policy/policy-reconciler.js';
export { limitError } from './pass/operator-limits.js';
export { runPass } from './pass/pass.js';
export type { Departed, Missed, Remembered } from './memory/verdict-cache-shape.js';
export { scheduleFault } from './policy/schedule.js';
export type { PassDependencies } from './pass/pass-dependencies.js';
export { JournalKeeper } from './journal/journal-keeper.js';
export type { JournalMetrics, JournalSettings } from './journal/journal-settings.js';
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
export { optionalPublisher } from './publishers/optional.js';
export type { Publication, Publisher } from './publishers/publisher.js';
export { statusPublisher } from './publishers/status.js';
export type { ActResult, PassOutcome, PassRequest, Progress, PassObservation } from './types.js';
