/**
 * Organization rulesets. PUT merges at the top level: a field left out stays, `conditions` is replaced whole.
 * Hazard: the list answers summaries, without conditions, rules or bypass actors.
 */
import { canWriteRulesets, requireRulesetAccess } from '../server/access.js';
import type { Answer } from '../server/answer.js';
import { json, notFound, ok } from '../server/answer.js';
import type { Organization } from '../world/organization.js';
import type { Ruleset, RulesetState } from '../world/ruleset.js';
import type { RestRequest, Route } from './request.js';
import { actorOf, organizationOf, page } from './request.js';
import { rulesetBody } from './ruleset-body.js';
import type { RulesetView } from './ruleset-json.js';
import { rulesetJSON, rulesetSummary, versionJSON, versionSummary } from './ruleset-json.js';

const PATH = '/orgs/{org}/rulesets';

function open(request: RestRequest, need: 'read' | 'write'): Organization {
  const organization = organizationOf(request);
  requireRulesetAccess(request.principal, organization, need, request.world);
  return organization;
}

const viewOf = (request: RestRequest, organization: Organization): RulesetView => ({
  api: request.api,
  organization,
  behaviour: request.world.behaviour,
  writable: canWriteRulesets(request.principal),
});

function rulesetOf(request: RestRequest, organization: Organization): Ruleset {
  const id = Number(request.params['ruleset_id']);
  const found = organization.rulesets.find((ruleset) => ruleset.id === id);
  if (!found) throw notFound();
  return found;
}

/** Writing an enterprise's ruleset through the organization is not found. */
function ownRulesetOf(request: RestRequest, organization: Organization): Ruleset {
  const ruleset = rulesetOf(request, organization);
  if (ruleset.sourceType !== 'Organization') throw notFound();
  return ruleset;
}

function list(request: RestRequest): Answer {
  const organization = open(request, 'read');
  const targets = request.query.get('targets')?.split(',');
  const enterprise = request.world.behaviour.listsEnterpriseRulesets;
  const wanted = organization.rulesets.filter(
    (ruleset) =>
      (enterprise || ruleset.sourceType === 'Organization') &&
      (targets === undefined || targets.includes(ruleset.target)),
  );
  const { items, headers } = page(request, wanted, `/organizations/${organization.id}/rulesets`);
  return ok(
    items.map((ruleset) => rulesetSummary(request.api, organization, ruleset)),
    headers,
  );
}

function get(request: RestRequest): Answer {
  const organization = open(request, 'read');
  return ok(rulesetJSON(viewOf(request, organization), rulesetOf(request, organization)));
}

function create(request: RestRequest): Answer {
  const organization = open(request, 'write');
  const body = rulesetBody(request, 'repos/create-org-ruleset', organization);
  const spec = { ...body, name: body.name ?? '' };
  const ruleset = request.ignoreWrite === true ? organization.draftRuleset(spec) : organization.addRuleset(spec);
  return json(201, rulesetJSON(viewOf(request, organization), ruleset));
}

function update(request: RestRequest): Answer {
  const organization = open(request, 'write');
  const ruleset = ownRulesetOf(request, organization);
  const patch = rulesetBody(request, 'repos/update-org-ruleset', organization, ruleset);
  const quiet = !request.world.behaviour.noChangeWritesHistory && isSame(ruleset, patch);
  if (!request.ignoreWrite && !quiet) ruleset.edit(patch, actorOf(request.principal));
  return ok(rulesetJSON(viewOf(request, organization), ruleset));
}

const isSame = (ruleset: Ruleset, patch: Partial<RulesetState>): boolean =>
  Object.entries(patch).every(
    ([field, value]) => JSON.stringify(value) === JSON.stringify(ruleset.state[field as keyof RulesetState]),
  );

function remove(request: RestRequest): Answer {
  const organization = open(request, 'write');
  const ruleset = ownRulesetOf(request, organization);
  if (!request.ignoreWrite) organization.deleteRuleset(ruleset);
  return { status: 204, headers: {}, body: undefined };
}

function history(request: RestRequest): Answer {
  const organization = open(request, 'read');
  const ruleset = rulesetOf(request, organization);
  const path = `/organizations/${organization.id}/rulesets/${ruleset.id}/history`;
  const { items, headers } = page(request, [...ruleset.history].reverse(), path);
  return ok(items.map(versionSummary), headers);
}

function version(request: RestRequest): Answer {
  const organization = open(request, 'read');
  const ruleset = rulesetOf(request, organization);
  const found = ruleset.history.find((entry) => entry.version_id === Number(request.params['version_id']));
  if (!found) throw notFound();
  return ok(versionJSON(organization, ruleset, found));
}

export const rulesetRoutes: Route[] = [
  { method: 'GET', path: PATH, operation: 'repos/get-org-rulesets', handle: list },
  { method: 'POST', path: PATH, operation: 'repos/create-org-ruleset', handle: create },
  { method: 'GET', path: `${PATH}/{ruleset_id}`, operation: 'repos/get-org-ruleset', handle: get },
  { method: 'PUT', path: `${PATH}/{ruleset_id}`, operation: 'repos/update-org-ruleset', handle: update },
  { method: 'DELETE', path: `${PATH}/{ruleset_id}`, operation: 'repos/delete-org-ruleset', handle: remove },
  { method: 'GET', path: `${PATH}/{ruleset_id}/history`, operation: 'orgs/get-org-ruleset-history', handle: history },
  {
    method: 'GET',
    path: `${PATH}/{ruleset_id}/history/{version_id}`,
    operation: 'orgs/get-org-ruleset-version',
    handle: version,
  },
];
