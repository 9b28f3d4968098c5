/** The rulesets of a seeded organization: the one to keep, with rules nobody may lose, and one that belongs to somebody else. */
import type { Organization } from '../world/organization.js';
import type { Ruleset } from '../world/ruleset.js';

/** `one`: a single production repository, as the guide tells people to start. Or ids. */
export type RulesetMembers = 'production' | 'one' | number[];

export function seedRulesets(
  organization: Organization,
  { name, members }: { name: string; members: RulesetMembers },
): Ruleset {
  const ruleset = organization.addRuleset({
    name,
    conditions: {
      ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] },
      repository_id: { repository_ids: idsOf(organization, members) },
    },
    rules: [
      { type: 'deletion' },
      { type: 'non_fast_forward' },
      {
        type: 'pull_request',
        parameters: {
          allowed_merge_methods: ['merge', 'squash'],
          dismiss_stale_reviews_on_push: true,
          require_code_owner_review: false,
          require_last_push_approval: true,
          required_approving_review_count: 1,
          required_review_thread_resolution: false,
        },
      },
      // Newer than any published description: clients must not lose it, nor fail on it.
      { type: 'quantum_review', parameters: { entanglement: 'strict' } },
    ],
    bypass_actors: [
      { actor_id: null, actor_type: 'OrganizationAdmin', bypass_mode: 'always' },
      { actor_id: 234, actor_type: 'Team', bypass_mode: 'pull_request' },
    ],
  });
  organization.addRuleset({
    name: 'somebody_elses_tags',
    target: 'tag',
    conditions: {
      ref_name: { include: ['refs/tags/v*'], exclude: [] },
      repository_name: { include: ['~ALL'], exclude: [], protected: true },
    },
    rules: [{ type: 'deletion' }, { type: 'update' }],
  });
  return ruleset;
}

function idsOf(organization: Organization, members: RulesetMembers): number[] {
  if (Array.isArray(members)) return members;
  const production = organization.expecting('valid_production').map(({ id }) => id);
  const chosen = members === 'one' ? production.slice(0, 1) : production;
  // A ruleset "for selected repositories" has at least one: GitHub offers no empty one.
  return chosen.length > 0 ? chosen : organization.repositories.slice(0, 1).map(({ id }) => id);
}
