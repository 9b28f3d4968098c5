/** Random organizations, and what the files of their repositories say. */
import { entity, RULESET } from '../../builders.js';
import { Organization, type Repository } from '../../fakes/github/index.js';
import type { Random } from '../random.js';

export const PATH = 'entity.datadog.yaml';
export const LOGIN = 'acme';

/** `live` is production where the policy says so. */
export const TEXTS: Readonly<Record<string, string | null>> = {
  production: entity('production'),
  live: entity('live'),
  deprecated: entity('deprecated'),
  experimental: entity('experimental'),
  missing: null,
  broken: 'apiVersion: v3\n  kind: [\n',
  silent: 'apiVersion: v3\nkind: service\nmetadata:\n  name: svc\nspec: {}\n',
  older: 'schema-version: v2.2\ndd-service: svc\nlifecycle: production\n',
};

export const pickText = (random: Random): string | null =>
  TEXTS[
    random.weighed([
      [5, 'production'],
      [1, 'live'],
      [4, 'deprecated'],
      [1, 'experimental'],
      [2, 'missing'],
      [1, 'broken'],
      [1, 'silent'],
      [1, 'older'],
    ])
  ] ?? null;

export function textOf(repository: Repository): string | null {
  const content = repository.files.get(PATH)?.content;
  return content === undefined ? null : content.toString();
}

export function randomOrganization(random: Random): Organization {
  const organization = new Organization({ login: LOGIN });
  const count = random.between(3, 12);
  for (let number = 0; number < count; number += 1) addRepository(organization, random);
  const members = organization.repositories
    .filter((repository) => random.chance(textOf(repository) === TEXTS['production'] ? 0.8 : 0.35))
    .map(({ id }) => id);
  const conditions = {
    ref_name: { include: ['~DEFAULT_BRANCH'], exclude: random.chance(0.3) ? ['refs/heads/sandbox'] : [] },
    repository_id: { repository_ids: members.length > 0 ? members : [organization.repositories[0]?.id ?? 0] },
  };
  organization.addRuleset({
    name: RULESET,
    conditions,
    rules: [{ type: 'deletion' }],
    bypass_actors: [{ actor_id: 234, actor_type: 'Team', bypass_mode: 'pull_request' }],
  });
  organization.addRuleset({
    name: 'somebody_elses',
    conditions: structuredClone(conditions),
    rules: [{ type: 'update' }],
  });
  return organization;
}

export function addRepository(organization: Organization, random: Random): Repository {
  const text = pickText(random);
  const stem = random.weighed([
    [6, 'svc'],
    [1, 'lab'],
  ]);
  return organization.createRepository({
    name: `${stem}-${String(nextNumber(organization)).padStart(2, '0')}`,
    visibility: random.weighed([
      [3, 'private'],
      [1, 'public'],
    ]),
    isFork: random.chance(0.1),
    isArchived: random.chance(0.08),
    files: { 'README.md': '# svc\n', ...(text === null ? {} : { [PATH]: text }) },
  });
}

/** Names are never used twice: one that was given up would be another repository's. */
function nextNumber({ repositories, revision }: Organization): number {
  return repositories.length + revision;
}
