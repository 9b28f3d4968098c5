/**
 * Whether GitHub would take a ruleset body: the published schema first, then what only its server knows (facts 1.3, 1.4).
 * Hazard: top-level fields are independent: a body without `conditions` is fine, one with half of them is not.
 */
import { invalid, Refusal } from '../server/answer.js';
import type { Organization } from '../world/organization.js';
import type { Conditions, Ruleset, RulesetState } from '../world/ruleset.js';
import type { RestRequest } from './request.js';

const FIELDS = ['name', 'target', 'enforcement', 'conditions', 'rules', 'bypass_actors'] as const;
const MAX_NAME_CHARACTERS = 100;
/** "75 organization-wide rulesets" (about-rulesets). */
const MAX_RULESETS = 75;

/** The fields of an accepted body; whatever else was sent is ignored, as GitHub does. */
export function rulesetBody(
  request: RestRequest,
  operation: string,
  organization: Organization,
  existing?: Ruleset,
): Partial<RulesetState> {
  const body = request.body ?? {};
  const wrong = request.contract.refuseBody(operation, body);
  if (wrong !== undefined) throw new Refusal(422, `Invalid request.\n\n${wrong}`);
  const given = body as Partial<RulesetState>;
  const patch = Object.fromEntries(
    FIELDS.flatMap((field) => (given[field] === undefined ? [] : [[field, given[field]]])),
  ) as Partial<RulesetState>;
  checkName(patch.name, organization, existing);
  if (patch.enforcement === 'evaluate' && organization.plan !== 'enterprise') throw noEvaluate(request);
  if (!existing && organization.rulesets.filter(isOwn).length >= MAX_RULESETS)
    throw invalid(`Only ${MAX_RULESETS} rulesets are allowed`, 'base');
  const target = patch.target ?? existing?.target ?? 'branch';
  const { conditions } = patch;
  if (conditions) patch.conditions = checkConditions(request, organization, target, conditions);
  checkRules(patch.rules);
  return withDefaults(patch);
}

/** What GitHub adds where it was not sent, and shows afterwards. */
const ADDED: Record<string, object> = {
  pull_request: { allowed_merge_methods: ['merge', 'squash', 'rebase'], required_reviewers: [] },
  required_status_checks: { do_not_enforce_on_create: false },
  workflows: { do_not_enforce_on_create: false },
};

/** Bypass actors come back sorted by their ids, as Terraform's provider has found. */
function withDefaults(patch: Partial<RulesetState>): Partial<RulesetState> {
  const { rules, bypass_actors: actors } = patch;
  return {
    ...patch,
    ...(rules && {
      rules: rules.map((rule) => {
        const added = ADDED[rule.type];
        return added === undefined ? rule : { ...rule, parameters: { ...added, ...rule.parameters } };
      }),
    }),
    ...(actors && {
      bypass_actors: actors
        .map((actor) => ({ bypass_mode: 'always', ...actor }))
        .sort((a, b) => (a.actor_id ?? 0) - (b.actor_id ?? 0)),
    }),
  };
}

/** "`evaluate` is only available with GitHub Enterprise": what the answer says instead is not documented. */
function noEvaluate({ world }: RestRequest): Refusal {
  return world.behaviour.evaluateDenied === 'upgrade'
    ? new Refusal(403, 'Upgrade to GitHub Enterprise to enable this feature.')
    : invalid('Enforcement evaluate is not available on this plan', 'enforcement');
}

const isOwn = ({ sourceType }: Ruleset): boolean => sourceType === 'Organization';

function checkName(name: string | undefined, organization: Organization, existing: Ruleset | undefined): void {
  if (name === undefined) return;
  if (name.length === 0 || name.length > MAX_NAME_CHARACTERS)
    throw invalid(`Name must be 1 to ${MAX_NAME_CHARACTERS} characters`, 'name');
  const twin = organization.rulesets.find((other) => other !== existing && isOwn(other) && other.name === name);
  if (twin && name !== existing?.name) throw invalid('Name must be unique', 'name');
}

function checkConditions(
  request: RestRequest,
  organization: Organization,
  target: RulesetState['target'],
  conditions: Conditions,
): Conditions {
  checkRefName(target, conditions.ref_name);
  const ids = conditions.repository_id?.repository_ids;
  if (!conditions.repository_id) return conditions;
  const { behaviour } = request.world;
  if (!ids || (ids.length === 0 && behaviour.emptyIDs === 'refuse'))
    throw invalid('Repository ids must not be empty', 'conditions');
  const unknown = behaviour.unknownIDs === 'refuse' ? ids.filter((id) => !organization.repository(id)) : [];
  if (unknown.length > 0) throw invalid(`Invalid repository ids: ${unknown.join(', ')}`, 'conditions');
  return { ...conditions, repository_id: { repository_ids: [...new Set(ids)] } };
}

function checkRefName(target: RulesetState['target'], refName: Conditions['ref_name']): void {
  if (target === 'push' || target === 'repository') {
    if (refName) throw invalid(`Target ref_name is not supported for ${target} rulesets`, 'conditions');
    return;
  }
  if (!refName)
    throw new Refusal(422, 'Invalid request.\n\nInvalid property /conditions: data matches no possible input.');
  if (!refName.include || !refName.exclude) throw invalid('Invalid target patterns', 'conditions');
}

function checkRules(rules: RulesetState['rules'] | undefined): void {
  const checks = rules?.find((rule) => rule.type === 'required_status_checks')?.parameters?.['required_status_checks'];
  if (Array.isArray(checks) && checks.length === 0) {
    throw invalid("Invalid rule 'required_status_checks': Required status checks must not be empty", 'rules');
  }
}
