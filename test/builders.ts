/** Organizations that are small, plain and the same on every run: for tests that need to know every repository by name. */
import type { Targeting } from '../pkg/api/index.js';
import { Organization, SOMEBODY, type Repository, type Ruleset } from './fakes/github/index.js';

export const PATH = 'entity.datadog.yaml';
export const RULESET = 'plus1_enforcement';

/** A catalogue file that declares that lifecycle. */
export function entity(lifecycle: string): string {
  return `apiVersion: v3\nkind: service\nmetadata:\n  name: svc\nspec:\n  lifecycle: ${lifecycle}\n`;
}

export const PRODUCTION = entity('production');
export const RETIRED = entity('deprecated');

/** How many of each kind; every kind is named `<kind>-001`, `<kind>-002`, … */
export interface Town {
  login?: string;
  /** Production and members. */
  members?: number;
  /** Members that say they are no longer in production. */
  demoted?: number;
  /** In production and not members yet. */
  promoted?: number;
  /** Neither. */
  others?: number;
  archived?: number;
  /** How the kept ruleset names its members. Default RepositoryID. */
  targeting?: Targeting;
}

/** The property of towns that target by one. */
export const PROPERTY = { name: 'plus1-governed', value: 'true' };

/** An organization with `plus1_enforcement` and, as its second ruleset, one that nobody may touch. */
export function town({
  login = 'acme',
  members = 0,
  demoted = 0,
  promoted = 0,
  others = 0,
  archived = 0,
  targeting = 'RepositoryID',
}: Town): Organization {
  const organization = new Organization({ login });
  const kinds: [string, number, string][] = [
    ['other', others, RETIRED],
    ['member', members, PRODUCTION],
    ['demoted', demoted, RETIRED],
    ['promoted', promoted, PRODUCTION],
    ['archived', archived, PRODUCTION],
  ];
  for (const [kind, count, file] of kinds) {
    for (let number = 1; number <= count; number += 1) {
      const name = `${kind}-${String(number).padStart(3, '0')}`;
      organization.createRepository({ name, files: { [PATH]: file }, isArchived: kind === 'archived' });
    }
  }
  const targeted = organization.repositories.filter(({ name }) => /^(member|demoted)-/.test(name));
  addRulesets(
    organization,
    targeted.map(({ id }) => id),
  );
  if (targeting === 'CustomProperty') aimAtProperty(organization);
  return organization;
}

/** The same members, by the property. */
function aimAtProperty(organization: Organization): void {
  const { members, conditions } = kept(organization);
  const { name, value } = PROPERTY;
  organization.properties.define({ property_name: name, value_type: 'true_false' });
  organization.properties.setAll(members, name, value);
  const { repository_id: _byID, ...rest } = conditions;
  const aim = { include: [{ name, property_values: [value] }], exclude: [] };
  kept(organization).edit({ conditions: { ...rest, repository_property: aim } });
  kept(organization).memberships.splice(0);
  kept(organization).noteMembers(SOMEBODY);
}

/** What a policy says of the membership of the kept ruleset. */
export function aimOf(organization: Organization): { targeting: Targeting; property?: typeof PROPERTY } {
  return organization.rulesets.find(({ name }) => name === RULESET)?.aim === undefined
    ? { targeting: 'RepositoryID' }
    : { targeting: 'CustomProperty', property: PROPERTY };
}

function addRulesets(organization: Organization, members: number[]): void {
  const conditions = {
    ref_name: { include: ['~DEFAULT_BRANCH', 'refs/heads/release/*'], exclude: ['refs/heads/sandbox'] },
    repository_id: { repository_ids: members },
  };
  organization.addRuleset({
    name: RULESET,
    conditions,
    rules: [{ type: 'deletion' }, { type: 'quantum_review', parameters: { entanglement: 'strict' } }],
    bypass_actors: [{ actor_id: 234, actor_type: 'Team', bypass_mode: 'pull_request' }],
  });
  organization.addRuleset({
    name: 'somebody_elses',
    conditions: structuredClone(conditions),
    rules: [{ type: 'update' }],
  });
}

/** The ruleset that Plus1 keeps. */
export function kept(organization: Organization): Ruleset {
  return organization.ruleset(RULESET);
}

/** Names of the members of the kept ruleset, sorted; an id without a repository as `#id`. */
export function memberNames(organization: Organization): string[] {
  return kept(organization)
    .members.map((id) => organization.repository(id)?.name ?? `#${id}`)
    .sort();
}

/** One commit that makes it say another lifecycle. */
export function say(repository: Repository, lifecycle: string): void {
  repository.commit(PATH, entity(lifecycle), { name: 'Ada Example', login: 'ada' });
}

/** `member-001` … `member-00N`. */
export function names(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${kind}-${String(index + 1).padStart(3, '0')}`);
}
