/** The pass: observe, classify, plan, guard, act, publish. */
export { resolveAccess, type Access, type AccessSources } from './access.js';
export { olderRival } from './conflict.js';
export { logOutcome } from './changes.js';
export { notEnforced } from './conditions.js';
export { readKnown, type KnownRepositories, type KnownRepository } from './known-shape.js';
export type { KnownStore } from './known.js';
export { protectionOf, type Protection } from './protection.js';
export { PolicyReconciler, type PolicyReconcilerOptions } from './policy-reconciler.js';
export { runPass } from './pass.js';
export type { Departed, Missed, Remembered } from './known-shape.js';
export { scheduleFault } from './schedule.js';
export type { Acted, PassDependencies, PassOutcome, PassRequest, Progress, Seen } from './types.js';
