/** What the checklists of some repositories come to. */
import type { BaselineCheck } from '../api/index.js';
import type { CheckResult } from './types.js';

export interface CheckedRepository {
  name: string;
  checks: readonly CheckResult[];
}

export interface CheckCounts {
  name: BaselineCheck;
  pass: number;
  fail: number;
  unknown: number;
  notAvailable: number;
}

export interface BaselineSummary {
  /** Repositories of which no check fails and none is unknown. What is not available is nobody's fault. */
  met: number;
  repositories: number;
  checks: CheckCounts[];
}

/** No check fails, and none is unknown. */
export const isMet = ({ checks }: Pick<CheckedRepository, 'checks'>): boolean =>
  checks.every(({ result }) => result === 'pass' || result === 'not_available');

/** `names`: the checks that are asked, whether or not there is a repository. */
export function summarizeBaseline(
  repositories: readonly CheckedRepository[],
  names: readonly BaselineCheck[],
): BaselineSummary {
  const counts = new Map(names.map((name) => [name, { name, pass: 0, fail: 0, unknown: 0, notAvailable: 0 }]));
  for (const { checks } of repositories)
    for (const { name, result } of checks) {
      const of = counts.get(name);
      if (of !== undefined) of[result === 'not_available' ? 'notAvailable' : result] += 1;
    }
  return { met: repositories.filter(isMet).length, repositories: repositories.length, checks: [...counts.values()] };
}
