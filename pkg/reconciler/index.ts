/** The pass: observe, classify, plan, guard, act, publish. */
export { notEnforced } from './conditions.js';
export { runPass } from './pass.js';
export type { Acted, PassDependencies, PassOutcome, PassRequest, Progress, Seen } from './types.js';
