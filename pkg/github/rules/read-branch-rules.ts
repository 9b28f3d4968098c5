/** The rules in force on the default branches of some repositories, as GitHub's JSON has them, one request each. https://docs.github.com/en/rest/repos/rules */
import * as v from 'valibot';
import { hasCode } from '../../errors/index.js';
import type { MapContext } from '../map-context.js';
import { mapError } from '../map-error.js';
import type { Requester } from '../requester/requester.js';
import type { BranchOf } from '../types.js';

/** Repositories in one call; of those beyond it nothing is said. */
const MOST_REPOSITORIES = 100;

const rulesSchema = v.array(v.looseObject({ type: v.string() }));

/** Never throws: those that GitHub did not answer for, that have no default branch, or more than one page of rules, are not in it. */
export async function readBranchRules(
  { requester, context }: { requester: Requester; context: MapContext },
  owner: string,
  repositories: readonly BranchOf[],
): Promise<Map<number, readonly unknown[]>> {
  const known = new Map<number, readonly unknown[]>();
  const asked = repositories.filter(({ defaultBranch }) => defaultBranch !== undefined).slice(0, MOST_REPOSITORIES);
  for (const { id, name: repo, defaultBranch: branch } of asked) {
    if (context.signal.aborted) break;
    try {
      const route = 'GET /repos/{owner}/{repo}/rules/branches/{branch}';
      const call = { chain: 'reads', signal: context.signal } as const;
      const answer = await requester.rest(route, { owner, repo, branch, per_page: 100 }, call);
      const rules = v.safeParse(rulesSchema, answer.data);
      const hasMore = answer.headers['link']?.includes('rel="next"') === true;
      if (rules.success && !hasMore) known.set(id, rules.output);
    } catch (error) {
      if (hasCode(mapError(error, context), 'PLUS1_RATE_LIMITED')) break;
    }
  }
  return known;
}
