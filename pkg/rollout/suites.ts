/**
 * What rule suites say of a candidate ruleset. The list tells how a push ended, by all rules together; only the single suite tells which
 * ruleset it broke. So what failed is opened, and nothing else.
 */

import type { RuleEvaluation, RuleSuite, RuleSuites } from '../api/index.js';

/** Rule suites as they were listed, and what those that were opened say. */
export interface SuitesSight extends RuleSuites {
  /** By the id of the suite. */
  opened: ReadonlyMap<number, readonly RuleEvaluation[]>;
}

/** Whose pushes count, and since when. */
export interface SuiteScope {
  enforcement: 'Evaluate' | 'Active';
  /** By id: since when its pushes are judged by the candidate, Unix ms. */
  members: ReadonlyMap<number, number>;
  /** Short name of the default branch by id; absent where it is not known. */
  branchOf: (id: number) => string | undefined;
}

/** Rules are said to hold a moment after they were written: a push right after it may not have met them. */
const SETTLING_MS = 60_000;

/**
 * What the row alone says. `unclear`: only the suite itself tells whether it was the candidate. `nothing`: the candidate did not judge it,
 * or nobody knows whether it did.
 */
export function rowVerdict(suite: RuleSuite, scope: SuiteScope): 'passed' | 'bypassed' | 'unclear' | 'nothing' {
  const sinceMs = scope.members.get(suite.repositoryID);
  if (sinceMs === undefined || suite.pushedMs < sinceMs) return 'nothing';
  const result = scope.enforcement === 'Active' ? suite.result : suite.evaluationResult;
  if (result === undefined) return 'nothing';
  if (result === 'fail') return 'unclear';
  const branch = scope.branchOf(suite.repositoryID);
  // Rules need not hold for other branches, and then a push that went well proves nothing.
  const proves =
    branch !== undefined && suite.ref === `refs/heads/${branch}` && suite.pushedMs >= sinceMs + SETTLING_MS;
  if (!proves) return 'nothing';
  return result === 'pass' ? 'passed' : 'bypassed';
}

/** Ids of the suites that must be opened, oldest first. */
export function unopened({ suites, opened }: SuitesSight, scope: SuiteScope): number[] {
  return suites
    .filter((suite) => rowVerdict(suite, scope) === 'unclear' && !opened.has(suite.id))
    .sort((a, b) => a.pushedMs - b.pushedMs)
    .map(({ id }) => id);
}

/** What a stage has seen so far. */
export interface Tally {
  /** All that the candidate judged: passed, failed and bypassed. */
  pushes: number;
  passed: number;
  failed: number;
  /** By those who may bypass the rules: they prove nothing. */
  bypassed: number;
  /** With pushes that failed, most of them first. */
  repositories: { id: number; name: string; failed: number }[];
  /** False where some suites are not known: what failed counts all the same, what passed is not enough. */
  isWhole: boolean;
}

export function tallyOf(sight: SuitesSight, scope: SuiteScope, candidateID: number): Tally {
  const counts = { passed: 0, failed: 0, bypassed: 0 };
  const failing = new Map<number, { id: number; name: string; failed: number }>();
  for (const suite of sight.suites) {
    const verdict = verdictOf(suite, sight, scope, candidateID);
    if (verdict === 'nothing') continue;
    counts[verdict] += 1;
    if (verdict !== 'failed') continue;
    const known = failing.get(suite.repositoryID) ?? { id: suite.repositoryID, name: suite.repositoryName, failed: 0 };
    failing.set(suite.repositoryID, { ...known, failed: known.failed + 1 });
  }
  return {
    pushes: counts.passed + counts.failed + counts.bypassed,
    ...counts,
    repositories: [...failing.values()].sort((a, b) => b.failed - a.failed || a.id - b.id),
    isWhole: sight.isWhole && unopened(sight, scope).length === 0,
  };
}

function verdictOf(
  suite: RuleSuite,
  { opened }: SuitesSight,
  scope: SuiteScope,
  candidateID: number,
): 'passed' | 'failed' | 'bypassed' | 'nothing' {
  const verdict = rowVerdict(suite, scope);
  if (verdict !== 'unclear') return verdict;
  const own = opened.get(suite.id)?.filter(({ rulesetID }) => rulesetID === candidateID) ?? [];
  if (own.length === 0) return 'nothing';
  return own.some(({ result }) => result === 'fail') ? 'failed' : 'passed';
}
