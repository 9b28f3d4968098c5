/** Membership: findings, a plan with its reasons, and the guards. Pure: values in, values out, no clock of its own. */
export { classify, wantsFiles, type Classifiable } from './classify.js';
export { compliance, type Compliance } from './compliance.js';
export { toConfirm, type Doubtful } from './confirm.js';
export { enforcement, governs, type Coverage } from './enforcement.js';
export { isBlind } from './evidence.js';
export { GONE_AFTER_MS, MAX_CLOCKS } from './exit-clocks.js';
export { forecast, type Forecast } from './forecast.js';
export { isContradicted, isFullView, type View } from './full-view.js';
export { guard, withStart } from './guard.js';
export { membersHash } from './hash.js';
export { plan } from './plan.js';
export { keptBy, standing } from './standing.js';
export type { AbsentMember, Decision, Finding, Hold, Memory, Observation, Plan, PlanItem } from './types.js';
