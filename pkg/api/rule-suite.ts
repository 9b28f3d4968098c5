/** What GitHub tells of a push that rules judged. Shared by the room that reads it and the pure room that judges it. */

export const SUITE_RESULTS = ['pass', 'fail', 'bypass'] as const;
export type SuiteResult = (typeof SUITE_RESULTS)[number];

/** One row of the list of rule suites. */
export interface RuleSuite {
  id: number;
  repositoryID: number;
  repositoryName: string;
  /** Full: `refs/heads/main`. */
  ref: string;
  /** Unix ms. */
  pushedMs: number;
  /** By the active rules. */
  result: SuiteResult;
  /** As if all of them were active; absent where none is in evaluate. */
  evaluationResult?: SuiteResult;
}

/** One rule that was held against a push. */
export interface RuleEvaluation {
  /** Absent of a ruleset that is no more, and of other sources of rules. */
  rulesetID?: number;
  type: string;
  result: 'pass' | 'fail';
}

/** How far back a list of rule suites goes: 1, 24, 168 hours, about 30 days. */
export type SuitePeriod = 'hour' | 'day' | 'week' | 'month';

/** Rule suites as GitHub lists them. */
export interface RuleSuites {
  suites: readonly RuleSuite[];
  /** False where there are more pages than are read, or a row could not be read. */
  isWhole: boolean;
}
