/**
 * Git objects and refs of one repository, and the comparison of two commits. A commit on no branch is kept and moves nothing.
 * https://docs.github.com/en/rest/git https://docs.github.com/en/rest/commits/commits#compare-two-commits
 */
import { hasPermission, permissionRefusal, requireRepositoryPermission } from '../server/access.js';
import type { Answer } from '../server/answer.js';
import { json, notFound, ok, Refusal } from '../server/answer.js';
import type { Principal } from '../server/principal.js';
import type { Files, FileMode } from '../world/git.js';
import { blobOf, childrenOf, sha1, treeOid } from '../world/git.js';
import { ancestorsOf, changedPaths, mergeBase } from '../world/history.js';
import { nodeID } from '../world/node-id.js';
import type { Pusher } from '../world/push.js';
import { refusedPush } from '../world/push.js';
import type { Commit, Repository } from '../world/repository.js';
import { accountJSON } from './account-json.js';
import { byName } from './repositories.js';
import { time } from './repository-json.js';
import type { RestRequest, Route } from './request.js';

const REPOSITORY = '/repos/{owner}/{repo}';
const WORKFLOWS = '.github/workflows/';

export function repositoryFor(request: RestRequest, permission: string, level: 'read' | 'write'): Repository {
  const repository = byName(request);
  if (level === 'read' && repository.visibility === 'public') return repository;
  requireRepositoryPermission(request.principal, repository, permission, level);
  if (level === 'write' && repository.isArchived) throw new Refusal(403, 'Repository was archived so is read-only.');
  return repository;
}

const requireCommits = (repository: Repository): Repository => {
  if (repository.isEmpty) throw new Refusal(409, 'Git Repository is empty.');
  return repository;
};

export function bodyOf<T>(request: RestRequest, operation: string): T {
  const wrong = request.contract.refuseBody(operation, request.body ?? {});
  if (wrong !== undefined) throw new Refusal(422, `Invalid request.\n\n${wrong}`);
  return request.body as T;
}

/** Whose hand moves a ref, as rules see it. */
const pusherOf = (principal: Principal): Pusher =>
  principal.kind === 'installation'
    ? { login: `${principal.installation.app.slug}[bot]`, appID: principal.installation.app.id }
    : { login: ('login' in principal ? principal.login : undefined) ?? 'plus1-bot' };

const url = (request: RestRequest, { fullName }: Repository): string => `${request.api}/repos/${fullName}`;

function refJSON(request: RestRequest, repository: Repository, branch: string, { oid }: Commit): object {
  const base = url(request, repository);
  return {
    ref: `refs/heads/${branch}`,
    node_id: nodeID('REF', `${repository.id}:${branch}`),
    url: `${base}/git/refs/heads/${branch}`,
    object: { type: 'commit', sha: oid, url: `${base}/git/commits/${oid}` },
  };
}

const branchOf = (ref: string): string | undefined => /^heads\/(.+)$/.exec(ref)?.[1];

function getRef(request: RestRequest): Answer {
  const repository = requireCommits(repositoryFor(request, 'contents', 'read'));
  const branch = branchOf(decodeURIComponent(request.params['ref'] ?? '')) ?? '';
  const commit = repository.branches.get(branch);
  if (commit === undefined) throw notFound();
  return ok(refJSON(request, repository, branch, commit));
}

const gitUser = ({ author, date }: Commit): object => ({
  ...{ name: author.name, email: `${author.login ?? 'nobody'}@example.com`, date: time(date) },
});

const parentsOf = ({ parent, mergeParent }: Commit): Commit[] =>
  [parent, mergeParent].filter((each) => each !== undefined);

function gitCommitJSON(request: RestRequest, repository: Repository, commit: Commit): object {
  const base = url(request, repository);
  const html = `https://github.com/${repository.fullName}/commit`;
  const tree = treeOf(repository, commit.files);
  const verification = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };
  return {
    ...{
      sha: commit.oid,
      node_id: nodeID('C', `${repository.id}:${commit.oid}`),
      url: `${base}/git/commits/${commit.oid}`,
    },
    ...{
      html_url: `${html}/${commit.oid}`,
      author: gitUser(commit),
      committer: gitUser(commit),
      message: commit.message,
    },
    tree: { sha: tree, url: `${base}/git/trees/${tree}` },
    parents: parentsOf(commit).map(({ oid }) => ({
      ...{ sha: oid, url: `${base}/git/commits/${oid}`, html_url: `${html}/${oid}` },
    })),
    verification,
  };
}

/** Its oid, by which it can be named from then on. */
function treeOf(repository: Repository, files: Files): string {
  const oid = treeOid(files);
  repository.trees.set(oid, files);
  return oid;
}

function getCommit(request: RestRequest): Answer {
  const repository = requireCommits(repositoryFor(request, 'contents', 'read'));
  const commit = repository.commits.get(request.params['commit_sha'] ?? '');
  if (commit === undefined) throw notFound();
  return ok(gitCommitJSON(request, repository, commit));
}

interface TreeBody {
  base_tree?: string;
  tree: { path?: string; mode?: FileMode; content?: string; sha?: string | null }[];
}

function createTree(request: RestRequest): Answer {
  const repository = requireCommits(repositoryFor(request, 'contents', 'write'));
  const { base_tree: base, tree } = bodyOf<TreeBody>(request, 'git/create-tree');
  const before = base === undefined ? new Map() : repository.trees.get(base);
  if (before === undefined) throw new Refusal(404, 'Not Found');
  const files = new Map(before);
  for (const { path = '', mode = '100644', content, sha } of tree) {
    if (path.startsWith(WORKFLOWS)) requireWorkflows(request.principal);
    if (sha === null) files.delete(path);
    else if (content !== undefined) files.set(path, { content, mode });
    else throw new Refusal(422, 'tree.sha of a blob that does not exist');
  }
  const oid = treeOf(repository, files);
  const base_ = url(request, repository);
  const rows = childrenOf(files, '').map((entry) => {
    const sha = entry.kind === 'blob' ? entry.blob.oid : entry.oid;
    return { path: entry.path, mode: entry.mode, type: entry.kind === 'blob' ? 'blob' : 'tree', sha };
  });
  return json(201, { sha: oid, url: `${base_}/git/trees/${oid}`, tree: rows, truncated: false });
}

/** To write a workflow file takes a permission of its own. */
function requireWorkflows(principal: Principal): void {
  const has =
    principal.kind === 'classic'
      ? principal.scopes.includes('workflow')
      : 'permissions' in principal && hasPermission(principal.permissions, 'workflows', 'write');
  if (!has) throw permissionRefusal(principal, 'contents=write,workflows=write');
}

function createCommit(request: RestRequest): Answer {
  const repository = requireCommits(repositoryFor(request, 'contents', 'write'));
  const {
    message,
    tree,
    parents = [],
  } = bodyOf<{ message: string; tree: string; parents?: string[] }>(request, 'git/create-commit');
  const files = repository.trees.get(tree);
  const [parent, mergeParent] = parents.map((oid) => repository.commits.get(oid));
  if (files === undefined || (parents.length > 0 && parent === undefined))
    throw new Refusal(422, 'Tree SHA does not exist');
  const { login } = pusherOf(request.principal);
  const commit: Commit = {
    ...{ typeName: 'Commit', repository, files, message, date: repository.organization.now() },
    oid: sha1(`git ${repository.id} ${repository.commits.size} ${tree} ${message}`),
    author: { name: login, login },
    ...(parent && { parent }),
    ...(mergeParent && { mergeParent }),
  };
  repository.commits.set(commit.oid, commit);
  return json(201, gitCommitJSON(request, repository, commit));
}

function createRef(request: RestRequest): Answer {
  const repository = requireCommits(repositoryFor(request, 'contents', 'write'));
  const { ref, sha } = bodyOf<{ ref: string; sha: string }>(request, 'git/create-ref');
  const branch = branchOf(ref.replace(/^refs\//, ''));
  const commit = repository.commits.get(sha);
  if (branch === undefined) throw new Refusal(422, 'Reference name is not valid');
  if (repository.branches.has(branch)) throw new Refusal(422, 'Reference already exists');
  if (commit === undefined) throw new Refusal(422, 'Object does not exist');
  // Git has files and folders of refs, and no name of both.
  const names = [...repository.branches.keys()];
  if (names.some((name) => name.startsWith(`${branch}/`) || branch.startsWith(`${name}/`)))
    throw new Refusal(422, 'Reference update failed');
  requireRules(request, repository, branch, 'push');
  return json(201, refJSON(request, repository, branch, repository.setBranch(branch, commit)));
}

function updateRef(request: RestRequest): Answer {
  const repository = requireCommits(repositoryFor(request, 'contents', 'write'));
  const branch = branchOf(decodeURIComponent(request.params['ref'] ?? '')) ?? '';
  const { sha, force = false } = bodyOf<{ sha: string; force?: boolean }>(request, 'git/update-ref');
  const [before, commit] = [repository.branches.get(branch), repository.commits.get(sha)];
  if (before === undefined) throw new Refusal(422, 'Reference does not exist');
  if (commit === undefined) throw new Refusal(422, 'Object does not exist');
  const isForward = ancestorsOf(commit).has(before);
  if (!isForward && !force) throw new Refusal(422, 'Update is not a fast forward');
  requireRules(request, repository, branch, isForward ? 'push' : 'force');
  return ok(refJSON(request, repository, branch, repository.setBranch(branch, commit)));
}

function requireRules({ principal }: RestRequest, repository: Repository, branch: string, how: 'push' | 'force'): void {
  const refused = refusedPush(repository, { branch, by: pusherOf(principal), how });
  if (refused?.ok !== false) return;
  throw new Refusal(
    422,
    `Repository rule violations found\n\nCannot ${refused.rule} this ref due to ${refused.ruleset}.\n`,
  );
}

function compare(request: RestRequest): Answer {
  const repository = requireCommits(repositoryFor(request, 'contents', 'read'));
  const [from = '', to = ''] = decodeURIComponent(request.params['basehead'] ?? '').split('...');
  const commitAt = (name: string): Commit | undefined => repository.branches.get(name) ?? repository.commits.get(name);
  const [base, head] = [commitAt(from), commitAt(to)];
  if (base === undefined || head === undefined) throw notFound();
  const common = mergeBase(base, head);
  if (common === undefined) throw new Refusal(404, `No common ancestor between ${from} and ${to}.`);
  const [ofBase, ofHead] = [ancestorsOf(base), ancestorsOf(head)];
  const ahead = [...ofHead].filter((commit) => !ofBase.has(commit)).reverse();
  const behind = [...ofBase].filter((commit) => !ofHead.has(commit)).length;
  const page = `https://github.com/${repository.fullName}/compare/${from}...${to}`;
  return ok({
    url: `${url(request, repository)}/compare/${from}...${to}`,
    ...{ html_url: page, permalink_url: page, diff_url: `${page}.diff`, patch_url: `${page}.patch` },
    ...{
      base_commit: commitJSON(request, repository, base),
      merge_base_commit: commitJSON(request, repository, common),
    },
    status: ahead.length > 0 ? (behind > 0 ? 'diverged' : 'ahead') : behind > 0 ? 'behind' : 'identical',
    ...{ ahead_by: ahead.length, behind_by: behind, total_commits: ahead.length },
    commits: ahead.slice(0, 30).map((commit) => commitJSON(request, repository, commit)),
    files: changedPaths(common.files, head.files).map((path) => fileJSON(request, { common, head, path })),
  });
}

function fileJSON(
  request: RestRequest,
  { common, head, path }: { common: Commit; head: Commit; path: string },
): object {
  const [before, after] = [common.files.get(path), head.files.get(path)];
  const { fullName } = head.repository;
  const name = encodeURIComponent(path);
  return {
    sha: after === undefined ? null : blobOf(after).oid,
    filename: path,
    status: before === undefined ? 'added' : after === undefined ? 'removed' : 'modified',
    ...{ additions: 1, deletions: 0, changes: 1 },
    blob_url: `https://github.com/${fullName}/blob/${head.oid}/${name}`,
    raw_url: `https://github.com/${fullName}/raw/${head.oid}/${name}`,
    contents_url: `${request.api}/repos/${fullName}/contents/${name}?ref=${head.oid}`,
  };
}

function commitJSON(request: RestRequest, repository: Repository, commit: Commit): object {
  const base = url(request, repository);
  const html = `https://github.com/${repository.fullName}/commit`;
  const { oid } = commit;
  const login = commit.author.login ?? 'nobody';
  const account = accountJSON(request.api, { id: 1001, login, nodeID: nodeID('U', login), type: 'User' });
  const tree = treeOf(repository, commit.files);
  return {
    ...{ sha: oid, node_id: nodeID('C', `${repository.id}:${oid}`), url: `${base}/commits/${oid}` },
    ...{ html_url: `${html}/${oid}`, comments_url: `${base}/commits/${oid}/comments` },
    commit: {
      ...{ url: `${base}/git/commits/${oid}`, author: gitUser(commit), committer: gitUser(commit) },
      ...{ message: commit.message, comment_count: 0, tree: { sha: tree, url: `${base}/git/trees/${tree}` } },
    },
    ...{ author: account, committer: account },
    parents: parentsOf(commit).map((parent) => ({
      ...{ sha: parent.oid, url: `${base}/commits/${parent.oid}`, html_url: `${html}/${parent.oid}` },
    })),
  };
}

export const gitRoutes: Route[] = [
  { method: 'GET', path: `${REPOSITORY}/git/ref/{ref}`, operation: 'git/get-ref', handle: getRef },
  { method: 'GET', path: `${REPOSITORY}/git/commits/{commit_sha}`, operation: 'git/get-commit', handle: getCommit },
  { method: 'POST', path: `${REPOSITORY}/git/trees`, operation: 'git/create-tree', handle: createTree },
  { method: 'POST', path: `${REPOSITORY}/git/commits`, operation: 'git/create-commit', handle: createCommit },
  { method: 'POST', path: `${REPOSITORY}/git/refs`, operation: 'git/create-ref', handle: createRef },
  { method: 'PATCH', path: `${REPOSITORY}/git/refs/{ref}`, operation: 'git/update-ref', handle: updateRef },
  {
    ...{ method: 'GET', path: `${REPOSITORY}/compare/{basehead}`, handle: compare },
    operation: 'repos/compare-commits-with-basehead',
  },
];
