/** Findings, membership with a plan and its reasons, and what guards release of it. Pure: values in, values out, no clock of its own. */
export { classify, wantsFiles } from './findings/classify.js';
export { isBlind } from './findings/evidence.js';
export {
  exempt,
  exemptionCounts,
  exemptionOf,
  exemptionState,
  unmatchedExemptions,
  type TwoReadings,
} from './findings/exemption.js';
export { matchesGlob } from './findings/glob.js';
export { setAside } from './findings/filter.js';
export type { AbsentMember, Finding, Observation } from './findings/finding.js';
export { isContradicted, isFullView, type View } from './findings/full-view.js';
export { compliance, ungovernedIDs, isProduction, type Compliance } from './membership/compliance.js';
export { toConfirm, toNameAgain, toSee } from './membership/confirm.js';
export { findingEffect, keptBy, membershipEffect, type Effect } from './membership/effect.js';
export { enforcement, governs, type Coverage } from './membership/enforcement.js';
export { MAX_CLOCKS } from './membership/exit-clocks.js';
export { guard, rolledBackHold } from './membership/guard.js';
export { plan, type Desired, type Membership } from './membership/plan.js';
export { policyPlan } from './membership/policy-plan.js';
export { rollbackPlan, type Restored } from './membership/rollback-plan.js';
export { exemptionSentence } from './findings/sentence.js';
export { subjectsOf, type Subject, type Subjects } from './membership/subject.js';
export type { Decision, HeldItems, HeldPlan, Memory, Plan, PlanItem } from './membership/types.js';
export {
  approvalVerdicts,
  approvedBy,
  countingApprovals,
  countingApprovers,
  coveredBy,
  decide,
  forecast,
  GOVERNED,
  GUARDS,
  holdFields,
  holdTimes,
  isBypass,
  limitFaults,
  planHash,
  releasingIDs,
  runningWindow,
  withStart,
  type Approval,
  type ApprovalRules,
  type AssignedDecision,
  type Assignment,
  type ApprovalTerms,
  type ApprovalVerdict,
  type Change,
  type GivenApproval,
  type Guard,
  type GuardSettings,
  type HeldChanges,
  type Hold,
  type HoldTimes,
  type OperatorLimits,
  type Covered,
  type PlanPairs,
  type Target,
} from './release/index.js';
