/** Membership: findings, a plan with its reasons, and the guards. Pure: values in, values out, no clock of its own. */
export { classify, wantsFiles, type Classifiable } from './classify.js';
export { compliance, type Compliance } from './compliance.js';
export { toConfirm, type Doubtful } from './confirm.js';
export { enforcement, governs, type Coverage } from './enforcement.js';
export { isBlind } from './evidence.js';
export { GONE_AFTER_MS, MAX_CLOCKS } from './exit-clocks.js';
export { isContradicted, isFullView, type View } from './full-view.js';
export { guard } from './guard.js';
export { membersHash } from './members-hash.js';
export { plan } from './plan.js';
export { forecast, withStart, type Approval, type Forecast, type Hold } from './release/index.js';
export { keptBy, standing } from './standing.js';
export type { AbsentMember, Decision, Finding, Memory, Observation, Plan, PlanItem } from './types.js';
