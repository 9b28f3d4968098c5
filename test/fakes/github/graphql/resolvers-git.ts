/**
 * Git over GraphQL: refs, commits, trees, blobs. `mode` is the decimal of git's octal mode, as GitHub answers it.
 * Hazard: a symlink is a blob whose text is its target; nothing here follows it.
 */
import { canReadContents, canReadPullRequests, permissionMessage } from '../server/access.js';
import { blobOf, childrenOf, entryAt, type Files, type GitFile } from '../world/git.js';
import { nodeID } from '../world/node-id.js';
import type { Commit, Repository } from '../world/repository.js';
import { rulesInForce, type RuleInForce } from '../world/rules-in-force.js';
import { simplePage, type PageArguments } from './connection.js';
import type { Context } from './context.js';
import { damageOf, typed } from './context.js';
import type {
  ActorValue,
  BlobValue,
  EntryValue,
  GitObjectValue,
  RefValue,
  RuleValue,
  TreeValue,
  UserValue,
} from './objects.js';
import { entryValue, objectOf } from './objects.js';
import type { Fields } from './resolvers.js';
import { parametersOf, protectionOf } from './resolvers-security.js';

const short = (oid: string): string => oid.slice(0, 7);
const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** False: null in silence. Throws where GitHub tells why. */
function mayRead(repository: Repository, context: Context): boolean {
  if (repository.isDisabled) throw typed('FORBIDDEN', 'Repository access blocked');
  if (canReadContents(context.principal, repository)) return true;
  if (context.world.behaviour.contentsDenied === 'silent') return false;
  throw typed('FORBIDDEN', permissionMessage(context.principal));
}

function countFile(context: Context): void {
  const damaged = damageOf(context, 'file', context.files);
  context.files += 1;
  if (damaged) throw damaged;
}

/** `object(expression:)`: `HEAD`, a branch or an oid, with `:path` for what lies in its tree. */
export function objectAt(
  repository: Repository,
  args: { expression?: string | null; oid?: string | null },
  context: Context,
): GitObjectValue | null {
  const expression = args.expression ?? args.oid ?? 'HEAD';
  if (expression.includes(':')) countFile(context);
  if (!mayRead(repository, context)) return null;
  const [ref = '', path] = expression.split(/:(.*)/s);
  const name = ref.replace(/^refs\/heads\//, '');
  const commit = ref === 'HEAD' ? repository.head : (repository.branches.get(name) ?? repository.commits.get(ref));
  if (!commit) return null;
  if (path === undefined) return commit;
  const entry = entryAt(commit.files, path);
  return entry ? objectOf(commit, entry) : null;
}

const filesWith = (path: string, content: string | undefined): Files =>
  new Map(content === undefined ? [] : [[path, { content, mode: '100644' }]]);

function fileAt(commit: Commit, { path }: { path: string }, context: Context): EntryValue | null {
  const { wrongFile } = context.damage;
  const isWrong =
    wrongFile !== undefined &&
    (wrongFile.repository ?? (context.files === 0 && commit.repository.name)) === commit.repository.name;
  countFile(context);
  if (!mayRead(commit.repository, context)) return null;
  const entry = entryAt(isWrong ? filesWith(path, wrongFile.content) : commit.files, path);
  return entry ? entryValue(commit, entry) : null;
}

/** True where the commit changed the file, or something in the folder, at that path. */
function touches({ files, parent }: Commit, path: string): boolean {
  const before = parent?.files ?? new Map<string, GitFile>();
  const isBelow = (key: string): boolean => key === path || key.startsWith(`${path}/`);
  const keys = new Set([...files.keys(), ...before.keys()].filter(isBelow));
  return [...keys].some((key) => {
    const [now, then] = [files.get(key), before.get(key)];
    if (now === undefined || then === undefined) return true;
    return now !== then && (now.mode !== then.mode || !blobOf(now).bytes.equals(blobOf(then).bytes));
  });
}

/** The commits that lead to this one, the newest first; with `path`, those alone that changed it, removal included. */
function historyOf(
  commit: Commit,
  args: PageArguments & { path?: string | null },
  context: Context,
): Record<string, unknown> {
  const path = args.path?.replace(/^\/+|\/+$/g, '');
  const commits: Commit[] = [];
  for (let at = mayRead(commit.repository, context) ? commit : undefined; at !== undefined; at = at.parent)
    if (path === undefined || path === '' || touches(at, path)) commits.push(at);
  return { typeName: 'CommitHistoryConnection', ...simplePage(commits, args, context) };
}

/** The merged pull request that brought a commit to the default branch. */
function pullRequestsOf(commit: Commit, args: PageArguments, context: Context): Record<string, unknown> {
  const { repository, pullRequest: number } = commit;
  if (!canReadPullRequests(context.principal, repository))
    throw typed('FORBIDDEN', permissionMessage(context.principal));
  const url = web(repository, `/pull/${number}`);
  const all =
    number === undefined
      ? []
      : [{ typeName: 'PullRequest', number, url, permalink: url, state: 'MERGED', merged: true }];
  return { typeName: 'PullRequestConnection', ...simplePage(all, args, context) };
}

const web = (repository: Repository, rest: string): string => `https://github.com/${repository.fullName}${rest}`;

const ruleValue = (rule: RuleInForce): RuleValue => ({ typeName: 'RepositoryRule', ...rule });

const entryOid = ({ entry }: EntryValue): string => (entry.kind === 'blob' ? entry.blob.oid : entry.oid);

export const gitFields: Record<string, Fields> = {
  Ref: {
    id: (ref: RefValue) => nodeID('REF', `${ref.repository.id}:${ref.name}`),
    name: (ref: RefValue) => ref.name,
    prefix: () => 'refs/heads/',
    target: (ref: RefValue) => ref.target,
    repository: (ref: RefValue) => ref.repository,
    branchProtectionRule: protectionOf,
    rules: ({ repository, name }: RefValue, args: PageArguments, context: Context) => ({
      typeName: 'RepositoryRuleConnection',
      ...simplePage(rulesInForce(repository, name).map(ruleValue), args, context),
    }),
  },
  RepositoryRule: {
    id: ({ ruleset, rule }: RuleValue) => nodeID('RRU', `${ruleset.id}:${rule.type}`),
    type: ({ rule }: RuleValue) => rule.type.toUpperCase(),
    repositoryRuleset: ({ ruleset }: RuleValue) => ruleset,
    parameters: parametersOf,
  },
  Commit: {
    id: (commit: Commit) => nodeID('C', `${commit.repository.id}:${commit.oid}`),
    oid: (commit: Commit) => commit.oid,
    abbreviatedOid: (commit: Commit) => short(commit.oid),
    author: (commit: Commit): ActorValue => ({ typeName: 'GitActor', author: commit.author, date: commit.date }),
    committer: (commit: Commit): ActorValue => ({ typeName: 'GitActor', author: commit.author, date: commit.date }),
    message: (commit: Commit) => commit.message,
    messageHeadline: (commit: Commit) => commit.message.split('\n')[0],
    authoredDate: (commit: Commit) => iso(commit.date),
    committedDate: (commit: Commit) => iso(commit.date),
    file: fileAt,
    history: historyOf,
    associatedPullRequests: pullRequestsOf,
    // Its oid belongs to the commit's metadata; only what is in it is content.
    tree: (commit: Commit) => ({ typeName: 'Tree', commit, entry: entryAt(commit.files, '') }),
    repository: (commit: Commit) => commit.repository,
    url: (commit: Commit) => web(commit.repository, `/commit/${commit.oid}`),
    commitUrl: (commit: Commit) => web(commit.repository, `/commit/${commit.oid}`),
  },
  GitActor: {
    name: (actor: ActorValue) => actor.author.name,
    email: (actor: ActorValue) => `${actor.author.login ?? 'unknown'}@example.com`,
    date: (actor: ActorValue) => iso(actor.date),
    user: (actor: ActorValue): UserValue | null =>
      actor.author.login === undefined ? null : { typeName: 'User', login: actor.author.login },
  },
  User: {
    id: (user: UserValue) => nodeID('U', user.login),
    login: (user: UserValue) => user.login,
    name: (user: UserValue) => user.login,
    url: (user: UserValue) => `https://github.com/${user.login}`,
  },
  TreeEntry: {
    name: (value: EntryValue) => value.name,
    path: ({ entry }: EntryValue) => entry.path,
    mode: ({ entry }: EntryValue) => parseInt(entry.mode, 8),
    type: ({ entry }: EntryValue) => (entry.kind === 'submodule' ? 'commit' : entry.kind),
    size: ({ entry }: EntryValue) => (entry.kind === 'blob' ? entry.blob.byteSize : 0),
    oid: entryOid,
    extension: ({ name }: EntryValue) => (name.includes('.') ? `.${name.split('.').at(-1)}` : ''),
    object: ({ commit, entry }: EntryValue) => objectOf(commit, entry),
    repository: ({ commit }: EntryValue) => commit.repository,
  },
  Blob: {
    id: ({ repository, entry }: BlobValue) => nodeID('B', `${repository.id}:${entry.blob.oid}`),
    oid: ({ entry }: BlobValue) => entry.blob.oid,
    abbreviatedOid: ({ entry }: BlobValue) => short(entry.blob.oid),
    byteSize: ({ entry }: BlobValue) => entry.blob.byteSize,
    isBinary: ({ entry }: BlobValue) => entry.blob.isBinary,
    isTruncated: ({ entry }: BlobValue) => entry.blob.isTruncated,
    text: ({ entry }: BlobValue) => entry.blob.text,
    repository: ({ repository }: BlobValue) => repository,
  },
  Tree: {
    id: ({ commit, entry }: TreeValue) => nodeID('T', `${commit.repository.id}:${entry.oid}`),
    oid: ({ entry }: TreeValue) => entry.oid,
    abbreviatedOid: ({ entry }: TreeValue) => short(entry.oid),
    entries: ({ commit, entry }: TreeValue, _: unknown, context: Context) =>
      mayRead(commit.repository, context)
        ? childrenOf(commit.files, entry.path).map((child) => entryValue(commit, child))
        : null,
    repository: ({ commit }: TreeValue) => commit.repository,
  },
};
