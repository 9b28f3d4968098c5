/**
 * What rules would have done: for each repository that they are to reach, what the last month of pushes and the rules in force say. Most
 * of it is unknown before somebody tried, and unknown is told as unknown.
 */
import { IMPACTS, type ImpactWord, type RuleEvaluation, type RuleSuite } from '../api/index.js';
import { areInForce, typeOf } from './rules.js';

export interface ImpactRow {
  id: number;
  name: string;
  word: ImpactWord;
  /** Pushes of the last month that broke rules of these types. */
  failed: number;
}

export interface ImpactSight {
  rules: readonly unknown[];
  /** The repositories that the rollout is to reach. */
  repositories: readonly { id: number; name: string }[];
  suites: readonly RuleSuite[];
  opened: ReadonlyMap<number, readonly RuleEvaluation[]>;
  /** The rules in force on default branches, by id; absent where nobody knows. */
  inForce: ReadonlyMap<number, readonly unknown[]>;
}

/** One row each, those that would block first. */
export function impactOf({ rules, repositories, suites, opened, inForce }: ImpactSight): ImpactRow[] {
  const types = new Set(rules.map(typeOf));
  const failed = new Map<number, number>();
  for (const { id, repositoryID } of suites) {
    const breaks = opened.get(id)?.some(({ type, result }) => result === 'fail' && types.has(type)) === true;
    if (breaks) failed.set(repositoryID, (failed.get(repositoryID) ?? 0) + 1);
  }
  const wordOf = (id: number): ImpactWord => {
    if (failed.has(id)) return 'wouldBlock';
    const known = inForce.get(id);
    return known !== undefined && areInForce(rules, known) ? 'inForce' : 'unknown';
  };
  return repositories
    .map(({ id, name }) => ({ id, name, word: wordOf(id), failed: failed.get(id) ?? 0 }))
    .sort(
      (a, b) => b.failed - a.failed || IMPACTS.indexOf(a.word) - IMPACTS.indexOf(b.word) || (a.name < b.name ? -1 : 1),
    );
}

/** Suites that failed by any rule, and belong to a repository that is to be reached: the ones to open. */
export function toOpen(
  suites: readonly RuleSuite[],
  repositories: readonly { id: number }[],
  opened: ReadonlyMap<number, unknown>,
): number[] {
  const reached = new Set(repositories.map(({ id }) => id));
  return suites
    .filter(({ id, repositoryID, result, evaluationResult }) => {
      const isFailure = result !== 'pass' || (evaluationResult !== undefined && evaluationResult !== 'pass');
      return isFailure && reached.has(repositoryID) && !opened.has(id);
    })
    .map(({ id }) => id);
}
