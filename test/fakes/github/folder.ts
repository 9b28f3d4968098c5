/**
 * Organizations from a folder: DIR/<org>/<repository>/<path…>, with an optional DIR/<org>/organization.yaml for what files
 * cannot tell. Symlinks stay symlinks (mode 120000) and a `.gitkeep` alone makes an empty repository.
 *
 *     plan: team                     # free, team, enterprise
 *     saml: true
 *     ruleset: {name: plus1_enforcement, repositories: [orders]}
 *     repositories:
 *       orders: {visibility: public, archived: true, disabled: true, fork: true, template: true, defaultBranch: trunk, author: ada}
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { seedRulesets } from './seed/rulesets.js';
import type { Plan } from './world/organization.js';
import { Organization } from './world/organization.js';
import type { FileSpec, RepositorySpec, Visibility } from './world/repository.js';

interface RepositoryFlags {
  visibility?: Visibility;
  archived?: boolean;
  disabled?: boolean;
  fork?: boolean;
  template?: boolean;
  defaultBranch?: string;
  author?: string;
}

interface OrganizationFlags {
  plan?: Plan;
  saml?: boolean;
  ruleset?: { name?: string; repositories?: string[] };
  repositories?: Record<string, RepositoryFlags>;
}

const FLAGS = 'organization.yaml';

export function readFolder(folder: string): Organization[] {
  return foldersOf(folder).map((login) => readOrganization(join(folder, login), login));
}

const foldersOf = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== '.git')
    .map(({ name }) => name)
    .sort();

function readOrganization(folder: string, login: string): Organization {
  const flags = readFlags(folder);
  const organization = new Organization({ login, plan: flags.plan ?? 'team', saml: flags.saml ?? false });
  for (const name of foldersOf(folder)) {
    organization.createRepository(repositoryOf(name, readFiles(join(folder, name)), flags.repositories?.[name] ?? {}));
  }
  const { name = 'plus1_enforcement', repositories } = flags.ruleset ?? {};
  const members = repositories?.map((repository) => organization.get(repository).id) ?? 'one';
  seedRulesets(organization, { name, members });
  return organization;
}

function repositoryOf(name: string, files: Record<string, FileSpec>, flags: RepositoryFlags): RepositorySpec {
  const { archived = false, disabled = false, fork = false, template = false, author } = flags;
  return {
    ...{ name, files, isArchived: archived, isDisabled: disabled, isFork: fork, isTemplate: template },
    isEmpty: Object.keys(files).every((path) => path === '.gitkeep'),
    visibility: flags.visibility ?? 'private',
    defaultBranch: flags.defaultBranch ?? 'main',
    author: author === undefined ? { name: 'Ada Example', login: 'ada' } : { name: author, login: author },
  };
}

function readFlags(folder: string): OrganizationFlags {
  try {
    return (parse(readFileSync(join(folder, FLAGS), 'utf8')) ?? {}) as OrganizationFlags;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

function readFiles(root: string, below = ''): Record<string, FileSpec> {
  const files: Record<string, FileSpec> = {};
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isSymbolicLink()) files[path] = { content: readlinkSync(join(root, path)), mode: '120000' };
    else if (entry.isDirectory()) Object.assign(files, entry.name === '.git' ? {} : readFiles(root, path));
    else files[path] = readFileSync(join(root, path));
  }
  return files;
}
