/**
 * Rule suites: what the rules made of pushes. One list for the organization, over all pages; which ruleset a push broke is only in the
 * suite itself, one request each.
 * https://docs.github.com/en/rest/orgs/rule-suites
 */
import { RequestError } from '@octokit/request-error';
import type { RuleEvaluation, RuleSuite, RuleSuites, SuitePeriod } from '../../api/index.js';
import { hasCode } from '../../errors/index.js';
import type { MapContext } from '../map-context.js';
import { mapError, rootOf } from '../map-error.js';
import type { Requester } from '../requester/requester.js';
import { decodeEvaluations, decodeSuites } from './decode.js';

/** An organization that pushes more in the time that is asked for is not seen whole, and that is told. */
const MAX_PAGES = 20;
/** Single suites in one call; what is left over is asked for in the next. */
const MOST_OPENED = 100;

interface SuitesOptions {
  requester: Requester;
  context: MapContext;
}

/** All rule suites of the last hour, day, week or month. Its order is not documented, so that nothing rests on it. */
export async function listRuleSuites(
  { requester, context }: SuitesOptions,
  organization: string,
  period: SuitePeriod,
): Promise<RuleSuites> {
  const suites = new Map<number, RuleSuite>();
  let isWhole = true;
  for (let page = 1; ; page += 1) {
    const parameters = { org: organization, time_period: period, per_page: 100, page };
    const answer = await requester.rest('GET /orgs/{org}/rulesets/rule-suites', parameters, {
      ...{ chain: 'reads', signal: context.signal },
    });
    const read = decodeSuites(answer.data);
    isWhole &&= read.suites.length === read.rows;
    for (const suite of read.suites) suites.set(suite.id, suite);
    const hasMore = answer.headers['link']?.includes('rel="next"') === true;
    if (!hasMore) return { suites: [...suites.values()], isWhole };
    if (page === MAX_PAGES) return { suites: [...suites.values()], isWhole: false };
  }
}

/**
 * The evaluations of some suites, by id, in that order, until a limit or the signal ends it. Never throws: those that GitHub did not answer
 * for are not in it. A suite that is gone has none.
 */
export async function openRuleSuites(
  options: SuitesOptions,
  organization: string,
  ids: readonly number[],
): Promise<Map<number, readonly RuleEvaluation[]>> {
  const opened = new Map<number, readonly RuleEvaluation[]>();
  for (const id of ids.slice(0, MOST_OPENED)) {
    if (options.context.signal.aborted) break;
    const answer = await open(options, organization, id);
    if (answer === 'limited') break;
    if (answer !== undefined) opened.set(id, answer);
  }
  return opened;
}

async function open(
  { requester, context }: SuitesOptions,
  organization: string,
  id: number,
): Promise<readonly RuleEvaluation[] | 'limited' | undefined> {
  const parameters = { org: organization, rule_suite_id: id };
  try {
    const answer = await requester.rest('GET /orgs/{org}/rulesets/rule-suites/{rule_suite_id}', parameters, {
      ...{ chain: 'reads', signal: context.signal },
    });
    return decodeEvaluations(answer.data);
  } catch (error) {
    const root = rootOf(error);
    if (root instanceof RequestError && root.response !== undefined && root.status === 404) return [];
    return hasCode(mapError(error, context), 'PLUS1_RATE_LIMITED') ? 'limited' : undefined;
  }
}
