/** The checklist of repositories in production: six checks, and what they come to. Pure: sights in, results out. */
export { askedChecks, judgeBaseline } from './judge.js';
export { seenByChecks } from './seen-by-checks.js';
export { isMet, summarizeBaseline, type BaselineSummary, type CheckedRepository } from './summary.js';
export {
  type Answer,
  type BaselineResult,
  type BaselineSettings,
  type CheckResult,
  type CodeownersSeen,
  type PropertiesSeen,
  type RuleSeen,
  type RulesSeen,
  type ScanSeen,
  type Sight,
  type WorkflowsSeen,
} from './types.js';
