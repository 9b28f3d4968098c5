/** Whether a plan may be applied: guards, holds, windows, approvals. Counts and pairs; no repositories and no policies. */
export { approvedBy, isBypass, type Approval, type ApprovalRules } from './approvals.js';
export {
  decide,
  GOVERNED,
  type AssignedDecision,
  type Assignment,
  type HeldChanges,
  type Target,
} from './assignment.js';
export { coveredBy, type Covered, type Scope } from './change.js';
export type { Change, Hold } from './change.js';
export {
  approvalVerdicts,
  countingApprovals,
  countingApprovers,
  releasingIDs,
  type ApprovalTerms,
  type ApprovalVerdict,
  type GivenApproval,
  type PlanPairs,
} from './given-approvals.js';
export { holdFields, holdTimes, type HoldTimes } from './hold-times.js';
export { forecast } from './forecast.js';
export { GUARDS, ROLLED_BACK, type Counts, type Guard, type GuardSettings } from './guards.js';
export { limitFaults, type LimitedSettings, type OperatorLimits } from './operator-limits.js';
export { planHash, type HashedPlan } from './plan-hash.js';
export { release, type Changes, type Released, type ReleaseTerms } from './release.js';
export { runningWindow, withStart } from './window.js';
