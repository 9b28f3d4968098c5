/**
 * Rule suites: what the rules made of each push. A push is held against the rules of all branch rulesets that are aimed at the repository
 * and the ref, active ones and those in evaluate. Who pushes says which types of rules are broken, since a simulator cannot know.
 * https://docs.github.com/en/rest/orgs/rule-suites
 */
import type { Repository } from './repository.js';
import { rulesetsOver } from './rules-in-force.js';
import type { Rule, Ruleset } from './ruleset.js';

export type SuiteResult = 'pass' | 'fail' | 'bypass';

export interface RuleEvaluation {
  rule: Rule;
  ruleset: Ruleset;
  /** As it was when somebody pushed. */
  enforcement: 'active' | 'evaluate';
  result: 'pass' | 'fail';
}

export interface RuleSuite {
  id: number;
  actor: { id: number; login: string };
  before: string;
  after: string;
  ref: string;
  repository: { id: number; name: string };
  /** Unix ms. */
  pushedAt: number;
  /** By the active rules alone. */
  result: SuiteResult;
  /** As if all of them were active; null where none is in evaluate. */
  evaluationResult: SuiteResult | null;
  evaluations: readonly RuleEvaluation[];
}

export interface Push {
  /** Short name. Default: the default branch. */
  branch?: string;
  /** Types of the rules that it breaks. Default: none. */
  breaks?: readonly string[];
  /** The one who pushes may bypass the rulesets. */
  bypasses?: boolean;
  actor?: { id: number; login: string };
}

/** Of one push, or undefined where no rule is aimed at it. */
export function suiteOf(
  repository: Repository,
  { branch = repository.defaultBranch, breaks = [], bypasses = false, actor = { id: 2001, login: 'ada' } }: Push,
  about: Pick<RuleSuite, 'id' | 'before' | 'after' | 'pushedAt'>,
): RuleSuite | undefined {
  const evaluations = rulesetsOver(repository, branch).flatMap((ruleset) =>
    ruleset.rules.map((rule): RuleEvaluation => ({
      ...{ rule, ruleset, enforcement: ruleset.enforcement === 'active' ? 'active' : 'evaluate' },
      result: breaks.includes(rule.type) ? 'fail' : 'pass',
    })),
  );
  if (evaluations.length === 0) return undefined;
  const resultOf = (some: readonly RuleEvaluation[]): SuiteResult => {
    if (some.every(({ result }) => result === 'pass')) return 'pass';
    return bypasses ? 'bypass' : 'fail';
  };
  return {
    ...about,
    ...{ actor, ref: `refs/heads/${branch}`, evaluations },
    repository: { id: repository.id, name: repository.name },
    result: resultOf(evaluations.filter(({ enforcement }) => enforcement === 'active')),
    evaluationResult: evaluations.some(({ enforcement }) => enforcement === 'evaluate') ? resultOf(evaluations) : null,
  };
}
