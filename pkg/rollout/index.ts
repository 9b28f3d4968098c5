/** The stages of a change of rules: order, members, analysis, completion. Pure. Knows nothing of requests and of where statuses are kept. */
export { judgeStage, type Verdict } from './analysis.js';
export { candidateName, fingerprintOf, leftAs, type SeenCandidate } from './candidate.js';
export { weakens } from './weakens.js';
export { stillNeeded } from './completion.js';
export { decide, type Action, type MainDoubt, type Sight, type Step, type Wait } from './decide.js';
export { fold } from './fold.js';
export { impactOf, toOpen, type ImpactRow } from './impact.js';
export { NEW_MEMORY, type LeftCandidate, type RolloutMemory, type StageRecord } from './memory.js';
export { inOrder, stageMembers } from './order.js';
export { canonicalRule, missingRules, typeOf, typesOf } from './rules.js';
export { rowVerdict, tallyOf, unopened, type SuiteScope, type SuitesSight, type Tally } from './suites.js';
