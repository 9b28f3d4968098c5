/** Rulesets as REST renders them: summaries in lists, whole by id, states in the history. */
import type { Behaviour } from '../world/behaviour.js';
import type { Organization } from '../world/organization.js';
import type { Conditions, Ruleset, RulesetVersion } from '../world/ruleset.js';

/** `~ALL` and names stay as they were sent; only the order of ids is not promised by anybody. */
function shown(conditions: Readonly<Conditions>, order: Behaviour['idOrder']): Conditions {
  const ids = conditions.repository_id?.repository_ids;
  if (!ids || order === 'sent') return conditions;
  const sorted = [...ids].sort((a, b) => (order === 'sorted' ? a - b : b - a));
  return { ...conditions, repository_id: { repository_ids: sorted } };
}

export function rulesetSummary(api: string, organization: Organization, ruleset: Ruleset): Record<string, unknown> {
  const source = ruleset.source ?? organization.login;
  return {
    id: ruleset.id,
    name: ruleset.name,
    target: ruleset.target,
    source_type: ruleset.sourceType,
    source,
    enforcement: ruleset.enforcement,
    node_id: ruleset.nodeID,
    _links: {
      self: { href: `${api}/orgs/${organization.login}/rulesets/${ruleset.id}` },
      html: { href: `https://github.com/organizations/${organization.login}/settings/rules/${ruleset.id}` },
    },
    created_at: ruleset.createdAt,
    updated_at: ruleset.updatedAt,
  };
}

export interface RulesetView {
  api: string;
  organization: Organization;
  behaviour: Behaviour;
  /** Bypass actors are shown only to those who may write the ruleset. */
  writable: boolean;
}

export function rulesetJSON(
  { api, organization, behaviour, writable }: RulesetView,
  ruleset: Ruleset,
): Record<string, unknown> {
  return {
    ...rulesetSummary(api, organization, ruleset),
    conditions: shown(ruleset.conditions, behaviour.idOrder),
    rules: ruleset.rules,
    ...(writable ? { bypass_actors: ruleset.bypassActors } : {}),
  };
}

export const versionSummary = ({ version_id, actor, updated_at }: RulesetVersion): Record<string, unknown> => ({
  version_id,
  actor,
  updated_at,
});

export function versionJSON(
  organization: Organization,
  ruleset: Ruleset,
  version: RulesetVersion,
): Record<string, unknown> {
  return {
    ...versionSummary(version),
    state: {
      id: ruleset.id,
      source_type: ruleset.sourceType,
      source: ruleset.source ?? organization.login,
      ...version.state,
    },
  };
}
