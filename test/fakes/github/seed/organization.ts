/**
 * Organizations of any size from a handful of numbers, the same on every run. Every repository carries in `expected` the
 * status that a scan should find (`expecting('valid_production')` lists them).
 */
import { EPOCH_MS, idBase, Organization } from '../world/organization.js';
import type { OrganizationSpec } from '../world/organization.js';
import type { RepositorySpec } from '../world/repository.js';
import type { EntityKind } from './entity-file.js';
import { entityFile } from './entity-file.js';
import type { Random } from './random.js';
import { pick, randomFrom, shuffle } from './random.js';
import { seedRulesets } from './rulesets.js';
import type { RulesetMembers } from './rulesets.js';

export interface SeedOptions extends OrganizationSpec {
  /** All of them; what the other numbers leave over is `valid_non_production`. */
  repositories: number;
  production?: number;
  missingLifecycle?: number;
  missingFile?: number;
  invalidYaml?: number;
  invalidSchema?: number;
  archived?: number;
  empty?: number;
  disabled?: number;
  /** Files that cannot be judged: too large, binary, not UTF-8, a symlink, a submodule, a directory, in turn. */
  unreadable?: number;
  seed?: number;
  path?: string;
  rulesetName?: string;
  rulesetMembers?: RulesetMembers;
}

type Kind = EntityKind | 'missing_file' | 'archived_skipped' | 'empty' | 'disabled' | 'unreadable';

const PATH = 'entity.datadog.yaml';
const DOMAINS = [
  'billing',
  'order',
  'user',
  'search',
  'media',
  'stock',
  'fraud',
  'mail',
  'ledger',
  'route',
  'quote',
  'audit',
];
const PARTS = ['api', 'worker', 'web', 'gateway', 'sync', 'jobs', 'proxy', 'store', 'events', 'tools'];
const PEOPLE = ['ada', 'grace', 'linus', 'margaret', 'dennis', 'barbara', 'ken', 'radia'];
const DAY_MS = 86_400_000;

function kindsOf(options: SeedOptions): Kind[] {
  const counts: [Kind, number | undefined][] = [
    ['valid_production', options.production],
    ['missing_lifecycle', options.missingLifecycle],
    ['missing_file', options.missingFile],
    ['invalid_yaml', options.invalidYaml],
    ['invalid_schema', options.invalidSchema],
    ['archived_skipped', options.archived],
    ['empty', options.empty],
    ['disabled', options.disabled],
    ['unreadable', options.unreadable],
  ];
  const kinds = counts.flatMap(([kind, count = 0]) => Array.from({ length: count }, () => kind));
  const rest = options.repositories - kinds.length;
  if (rest < 0)
    throw new Error(
      `${options.login}: ${kinds.length} repositories asked for, but there are to be ${options.repositories}`,
    );
  return [...kinds, ...Array.from({ length: rest }, (): Kind => 'valid_non_production')];
}

/** Ten come a day. However many there are, none is of a day to come: lists by time would have no newest one. */
const BETWEEN_MS = DAY_MS / 10;
const ALL_WITHIN_MS = 1_800 * DAY_MS;

export function seedOrganization(options: SeedOptions): Organization {
  const betweenMs = Math.min(BETWEEN_MS, ALL_WITHIN_MS / options.repositories);
  const random = randomFrom(options.seed ?? 1);
  const organization = new Organization(options);
  let id = idBase(options.login);
  shuffle(random, kindsOf(options)).forEach((kind, index) => {
    id += 1 + Math.floor(random() * 9);
    const name = `${pick(random, DOMAINS)}-${pick(random, PARTS)}-${String(index + 1).padStart(4, '0')}`;
    const login = pick(random, PEOPLE);
    const visibility = pick(random, ['private', 'private', 'private', 'internal', 'public'] as const);
    const common: RepositorySpec = {
      id,
      name,
      visibility,
      createdAt: EPOCH_MS + Math.floor(index * betweenMs),
      author: { name: login, login },
    };
    organization.createRepository({
      ...common,
      ...contentOf(random, { kind, name, path: options.path ?? PATH, index }),
    });
  });
  seedRulesets(organization, {
    name: options.rulesetName ?? 'plus1_enforcement',
    members: options.rulesetMembers ?? 'one',
  });
  return organization;
}

type Content = Pick<RepositorySpec, 'files' | 'isEmpty' | 'isArchived' | 'isDisabled' | 'expected'>;

interface ContentRequest {
  kind: Kind;
  name: string;
  path: string;
  index: number;
}

function contentOf(random: Random, { kind, name, path, index }: ContentRequest): Content {
  const readme = { 'README.md': `# ${name}\n` };
  const withFile = (entity: EntityKind): Content => ({
    files: { ...readme, [path]: entityFile(random, name, entity) },
    expected: entity,
  });
  if (kind === 'empty') return { isEmpty: true, expected: 'missing_file' };
  if (kind === 'missing_file') return { files: readme, expected: kind };
  if (kind === 'archived_skipped') return { ...withFile('valid_production'), isArchived: true, expected: kind };
  if (kind === 'disabled') return { ...withFile('valid_production'), isDisabled: true, expected: 'unreadable' };
  if (kind === 'unreadable') return { files: { ...readme, ...unreadable(path, index) }, expected: kind };
  return withFile(kind);
}

function unreadable(path: string, index: number): NonNullable<RepositorySpec['files']> {
  const forms: NonNullable<RepositorySpec['files']>[] = [
    { [path]: `# ${'x'.repeat(512_000)}\n` },
    { [path]: Buffer.from([0x61, 0x00, 0x62]) },
    { [path]: Buffer.from([0x6b, 0x3a, 0x20, 0xff, 0xfe]) },
    { [path]: { content: 'other.yaml', mode: '120000' }, 'other.yaml': 'apiVersion: v3\n' },
    { [path]: { content: 'submodule', mode: '160000' } },
    { [`${path}/inside.yaml`]: 'apiVersion: v3\n' },
  ];
  return forms[index % forms.length] ?? {};
}

/** The specification's example: 1,250 repositories, 450 in production, 25 invalid, 75 without lifecycle, 200 archived. */
export function specOrganization(options: Partial<SeedOptions> = {}): Organization {
  return seedOrganization({
    login: 'acme',
    repositories: 1_250,
    production: 450,
    invalidSchema: 25,
    missingLifecycle: 75,
    archived: 200,
    ...options,
  });
}
