/** Random policies and random edits of one. */
import type { Organization } from '../../fakes/github/index.js';
import type { Exempted, Spec } from '../model/spec.js';
import type { Random } from '../random.js';
import { GITHUB } from '../run/network.js';
import { LOGIN } from './organization.js';

export function randomSpec(random: Random): Spec {
  return {
    organization: LOGIN,
    github: { apiURL: GITHUB },
    catalog: {
      productionLifecycles: random.chance(0.3) ? ['production', 'live'] : ['production'],
      onInvalid: random.weighed([
        [4, 'Retain'],
        [1, 'Govern'],
        [1, 'Release'],
      ]),
      onMissing: random.weighed([
        [4, 'Release'],
        [1, 'Retain'],
      ]),
    },
    repositories: {
      exclude: random.chance(0.2) ? ['lab-*'] : [],
      forks: random.chance(0.2) ? 'Exclude' : 'Include',
    },
    schedule: {
      interval: random.pick(['30m', '1h', '1h', '2h']),
      // Passes that read only what changed, in some runs.
      quickInterval: random.weighed([
        [3, '0s'],
        [1, '20m'],
        [1, '40m'],
      ]),
    },
    mode: random.weighed([
      [10, 'Enforce'],
      [1, 'Observe'],
      [1, 'EnterOnly'],
    ]),
    suspend: false,
    exit: {
      gracePeriod: random.weighed([
        [1, '0s'],
        [3, '30m'],
        [3, '1h'],
        [2, '3h'],
      ]),
    },
    guards: randomGuards(random),
    exemptions: [],
  };
}

function randomGuards(random: Random): Spec['guards'] {
  return {
    maxLeaving: random.weighed<number | string>([
      [1, 0],
      [3, 1],
      [2, 2],
      [2, '25%'],
      [2, '50%'],
      [2, '100%'],
    ]),
    ...(random.chance(0.15) && { maxEntering: random.between(0, 2) }),
    window: random.pick(['1h', '2h', '6h', '24h']),
    minMembers: random.weighed([
      [5, 1],
      [1, 3],
    ]),
    approval: {
      policy: random.weighed([
        [3, 'WhenHeld'],
        [1, 'Always'],
      ]),
      required: random.weighed([
        [3, 1],
        [2, 2],
      ]),
      timeout: random.pick(['1h', '4h', '24h']),
    },
  };
}

export function exemptionFor(organization: Organization, random: Random, nowMs: number): Exempted | undefined {
  const { repositories } = organization;
  if (repositories.length === 0) return undefined;
  const { id, name } = random.pick(repositories);
  const hours = random.pick([1, 3, 12, 400]);
  return {
    repository: name,
    ...(random.chance(0.5) && { repositoryID: id }),
    effect: random.pick(['Govern', 'Release', 'Release']),
    reason: 'judged by hand',
    owner: 'ann',
    expiresAt: `${new Date(nowMs + hours * 3_600_000).toISOString().slice(0, 19)}Z`,
  };
}

/** One field is another one afterwards. */
export function editedSpec(spec: Spec, random: Random): Spec {
  const other = randomSpec(random);
  return random.pick([
    { ...spec, mode: other.mode },
    { ...spec, suspend: !spec.suspend },
    { ...spec, exit: other.exit },
    { ...spec, guards: { ...spec.guards, maxLeaving: other.guards.maxLeaving, window: other.guards.window } },
    { ...spec, guards: { ...spec.guards, approval: other.guards.approval } },
    { ...spec, guards: other.guards },
    { ...spec, catalog: other.catalog },
    { ...spec, repositories: other.repositories },
    { ...spec, schedule: other.schedule },
  ]);
}
