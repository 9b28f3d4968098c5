/** Repositories over GraphQL: one, and the pages of an organization. */
import { canSee, readsProtection, seesAll } from '../server/access.js';
import type { SortField } from '../world/listing.js';
import { sortedRepositories } from '../world/listing.js';
import type { Organization } from '../world/organization.js';
import type { Repository } from '../world/repository.js';
import type { PageArguments, RepositoryPage } from './connection.js';
import { repositoryPage, simplePage } from './connection.js';
import type { Context } from './context.js';
import { damageOf, typed } from './context.js';
import type { RefValue } from './objects.js';
import { objectAt } from './resolvers-git.js';
import type { Fields } from './resolvers.js';
import { codeownersOf } from './resolvers-security.js';

const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');

interface ListArguments extends PageArguments {
  isArchived?: boolean | null;
  isFork?: boolean | null;
  isLocked?: boolean | null;
  visibility?: string | null;
  privacy?: string | null;
  orderBy?: { field: string; direction: string } | null;
}

const SORTS: Record<string, SortField> = {
  CREATED_AT: 'created',
  UPDATED_AT: 'updated',
  PUSHED_AT: 'pushed',
  NAME: 'name',
  STARGAZERS: 'id',
};

interface Filter {
  /** The arguments that it came from. */
  key: string;
  passes: (repository: Repository) => boolean;
}

/** Keeps what an argument asks for; an argument left out keeps everything. */
function filterOf(args: ListArguments): Filter | undefined {
  const tests: ((repository: Repository) => boolean)[] = [];
  for (const flag of ['isArchived', 'isFork', 'isLocked'] as const) {
    if (typeof args[flag] === 'boolean') tests.push((repository) => repository[flag] === args[flag]);
  }
  const visibility = args.visibility?.toLowerCase();
  if (visibility) tests.push((repository) => repository.visibility === visibility);
  const privacy = args.privacy?.toLowerCase();
  if (privacy) tests.push((repository) => (repository.visibility === 'public') === (privacy === 'public'));
  if (tests.length === 0) return undefined;
  const { isArchived, isFork, isLocked } = args;
  const key = JSON.stringify([isArchived, isFork, isLocked, visibility, privacy]);
  return { key, passes: (repository) => tests.every((test) => test(repository)) };
}

export interface Listing {
  typeName: 'RepositoryConnection';
  page: RepositoryPage;
}

export function listRepositories(organization: Organization, args: ListArguments, { principal }: Context): Listing {
  if (args.visibility && args.privacy)
    throw typed('ARGUMENT_ERROR', 'Only one of `privacy` and `visibility` may be given.');
  const order = { field: SORTS[args.orderBy?.field ?? ''] ?? 'id', descending: args.orderBy?.direction === 'DESC' };
  const all = sortedRepositories(organization, order, filterOf(args));
  const rows = seesAll(principal, organization) ? all : all.filter((repository) => canSee(principal, repository));
  return { typeName: 'RepositoryConnection', page: repositoryPage(rows, args, order) };
}

function nodes({ page }: Listing, context: Context): (Repository | Error)[] {
  const items = context.damage.shortPage ? page.items.slice(0, -1) : page.items;
  context.repositories += items.length;
  return items.map((item) => damageOf(context, 'node', context.nodesSeen++) ?? item);
}

function defaultBranchRef(repository: Repository): RefValue | null {
  const { head } = repository;
  return head ? { typeName: 'Ref', repository, name: repository.defaultBranch, target: head } : null;
}

const html = (repository: Repository): string => `https://github.com/${repository.fullName}`;

export const repositoryFields: Record<string, Fields> = {
  RepositoryConnection: {
    totalCount: ({ page }: Listing) => page.totalCount,
    totalDiskUsage: () => 0,
    pageInfo: ({ page }: Listing) => page.pageInfo,
    nodes: (listing: Listing, _: unknown, context: Context) => nodes(listing, context),
    edges: (listing: Listing, _: unknown, context: Context) =>
      nodes(listing, context).map((node) =>
        node instanceof Error ? node : { node, cursor: listing.page.cursorOf(node) },
      ),
  },
  Repository: {
    id: (repository: Repository) => repository.nodeID,
    databaseId: (repository: Repository) => repository.id,
    name: (repository: Repository) => repository.name,
    nameWithOwner: (repository: Repository) => repository.fullName,
    owner: (repository: Repository) => repository.organization,
    isInOrganization: () => true,
    description: (repository: Repository) => repository.description,
    isArchived: (repository: Repository) => repository.isArchived,
    archivedAt: (repository: Repository) => (repository.isArchived ? iso(repository.updatedAt) : null),
    isDisabled: (repository: Repository) => repository.isDisabled,
    isEmpty: (repository: Repository) => repository.isEmpty,
    isFork: (repository: Repository) => repository.isFork,
    isTemplate: (repository: Repository) => repository.isTemplate,
    isLocked: (repository: Repository) => repository.isLocked,
    isMirror: () => false,
    isPrivate: (repository: Repository) => repository.visibility !== 'public',
    visibility: (repository: Repository) => repository.visibility.toUpperCase(),
    createdAt: (repository: Repository) => iso(repository.createdAt),
    updatedAt: (repository: Repository) => iso(repository.updatedAt),
    pushedAt: (repository: Repository) => (repository.pushedAt === null ? null : iso(repository.pushedAt)),
    diskUsage: (repository: Repository) => (repository.isEmpty ? 0 : 108),
    url: html,
    sshUrl: (repository: Repository) => `git@github.com:${repository.fullName}.git`,
    resourcePath: (repository: Repository) => `/${repository.fullName}`,
    viewerPermission: (_: Repository, __: unknown, { principal }: Context) =>
      principal.kind === 'classic' ? 'ADMIN' : null,
    primaryLanguage: () => null,
    repositoryTopics: (_: Repository, args: PageArguments, context: Context) => simplePage([], args, context),
    defaultBranchRef,
    object: objectAt,
    codeowners: codeownersOf,
    viewerCanAdminister: (repository: Repository, _: unknown, { principal }: Context) =>
      principal.kind === 'classic' && readsProtection(principal, repository),
  },
};
