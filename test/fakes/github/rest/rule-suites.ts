/**
 * Rule suites of an organization: the list, newest first, and one with its evaluations. Hazard: the list does not say which ruleset failed.
 * https://docs.github.com/en/rest/orgs/rule-suites
 */
import { requireRulesetAccess } from '../server/access.js';
import type { Answer } from '../server/answer.js';
import { notFound, ok, Refusal } from '../server/answer.js';
import type { Organization } from '../world/organization.js';
import type { RuleEvaluation, RuleSuite } from '../world/rule-suites.js';
import type { RestRequest, Route } from './request.js';
import { organizationOf, page } from './request.js';

const PATH = '/orgs/{org}/rulesets/rule-suites';
const HOUR_MS = 3_600_000;

/** What `time_period` looks back over. */
const PERIODS_MS = new Map([
  ['hour', HOUR_MS],
  ['day', 24 * HOUR_MS],
  ['week', 7 * 24 * HOUR_MS],
  ['month', 30 * 24 * HOUR_MS],
]);

function open(request: RestRequest): Organization {
  const organization = organizationOf(request);
  requireRulesetAccess(request.principal, organization, 'read', request.world);
  return organization;
}

/** Those that GitHub's copies show by now. */
const shown = ({ world }: RestRequest, { ruleSuites }: Organization): RuleSuite[] =>
  ruleSuites.filter(({ pushedAt }) => pushedAt + world.behaviour.ruleSuiteLagMs <= world.now());

const summary = (organization: Organization, suite: RuleSuite): Record<string, unknown> => ({
  id: suite.id,
  actor_id: suite.actor.id,
  actor_name: suite.actor.login,
  before_sha: suite.before,
  after_sha: suite.after,
  ref: suite.ref,
  repository_id: suite.repository.id,
  repository_name: suite.repository.name,
  pushed_at: new Date(suite.pushedAt).toISOString(),
  result: suite.result,
  // The list writes a null, which the description of the list does not have: there it is left out.
  ...(suite.evaluationResult === null ? {} : { evaluation_result: suite.evaluationResult }),
});

const evaluationJSON = (
  organization: Organization,
  { rule, ruleset, enforcement, result }: RuleEvaluation,
): Record<string, unknown> => {
  const isThere = organization.rulesets.includes(ruleset);
  return {
    rule_source: { type: 'ruleset', id: isThere ? ruleset.id : null, name: isThere ? ruleset.name : null },
    enforcement: isThere ? enforcement : 'deleted ruleset',
    result,
    rule_type: rule.type,
    ...(result === 'fail' && { details: `The rule ${rule.type} is violated` }),
  };
};

/** As asked for: `time_period` is a day, everything else is all. */
function filtered(request: RestRequest, suites: readonly RuleSuite[]): RuleSuite[] {
  const { query, world } = request;
  const period = PERIODS_MS.get(query.get('time_period') ?? 'day');
  if (period === undefined) throw new Refusal(422, 'Invalid request.\n\nInvalid property /time_period.');
  const fromMs = world.now() - period;
  const ref = query.get('ref')?.replace(/^refs\/heads\//, '');
  const result = query.get('rule_suite_result') ?? 'all';
  const enforcement = query.get('evaluate_status') ?? 'all';
  const matches = (wanted: string | null | undefined, value: string): boolean =>
    wanted === null || wanted === undefined || wanted.toLowerCase() === value.toLowerCase();
  return suites.filter(
    (suite) =>
      suite.pushedAt >= fromMs &&
      matches(ref, suite.ref.replace(/^refs\/heads\//, '')) &&
      matches(query.get('repository_name'), suite.repository.name) &&
      matches(query.get('actor_name'), suite.actor.login) &&
      (result === 'all' || suite.result === result) &&
      (enforcement === 'all' || suite.evaluations.some((each) => each.enforcement === enforcement)),
  );
}

function list(request: RestRequest): Answer {
  const organization = open(request);
  const suites = filtered(request, shown(request, organization)).reverse();
  const { items, headers } = page(request, suites, `/organizations/${organization.id}/rulesets/rule-suites`);
  return ok(
    items.map((suite) => summary(organization, suite)),
    headers,
  );
}

function get(request: RestRequest): Answer {
  const organization = open(request);
  const id = Number(request.params['rule_suite_id']);
  const suite = shown(request, organization).find((each) => each.id === id);
  if (suite === undefined) throw notFound();
  return ok({
    ...summary(organization, suite),
    evaluation_result: suite.evaluationResult,
    rule_evaluations: suite.evaluations.map((evaluation) => evaluationJSON(organization, evaluation)),
  });
}

export const ruleSuiteRoutes: Route[] = [
  { method: 'GET', path: PATH, operation: 'repos/get-org-rule-suites', handle: list },
  { method: 'GET', path: `${PATH}/{rule_suite_id}`, operation: 'repos/get-org-rule-suite', handle: get },
];
