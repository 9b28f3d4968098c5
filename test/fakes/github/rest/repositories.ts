/** One repository by name or id, and the contents of its files. */
import { canReadContents, canSee, organizationRefusal, permissionRefusal } from '../server/access.js';
import type { Answer } from '../server/answer.js';
import { notFound, ok, Refusal } from '../server/answer.js';
import type { Entry, Files } from '../world/git.js';
import { childrenOf, entryAt } from '../world/git.js';
import type { Commit, Repository } from '../world/repository.js';
import { rulesInForce } from '../world/rules-in-force.js';
import { fullRepository } from './repository-json.js';
import type { RestRequest, Route } from './request.js';
import { moveTo, organizationOf, page } from './request.js';

/** Above this the JSON form answers 403 `too_large` (octokit.net#3029). */
const MAX_CONTENT_BYTES = 1_000_000;

function visible(request: RestRequest, repository: Repository | undefined): Repository {
  if (!repository) throw notFound();
  const refusal = organizationRefusal(request.principal, repository.organization);
  if (refusal && repository.visibility !== 'public') throw refusal;
  if (!canSee(request.principal, repository)) throw notFound();
  return repository;
}

/** 404 where it is not to be seen, 301 where it has another name now. */
export function byName(request: RestRequest): Repository {
  const { world, params } = request;
  const { owner = '', repo = '' } = params;
  const renamed = world.organization(owner) ? undefined : world.organizationOnce(owner);
  const organization = renamed ?? organizationOf(request, 'owner');
  const found = organization.repository(repo);
  if (found && !renamed) return visible(request, found);
  const moved = found?.id ?? organization.movedID(repo);
  if (moved === undefined || !world.repositoryByID(moved)) throw notFound();
  const rest = request.path.replace(/^\/repos\/[^/]+\/[^/?]+/, '');
  throw moveTo(`${request.api}/repositories/${moved}${rest}`);
}

const getByID = (request: RestRequest): Repository =>
  visible(request, request.world.repositoryByID(Number(request.params['id'])));

function commitOf(repository: Repository, ref: string | null): Commit | undefined {
  if (ref === null || ref === 'HEAD') return repository.head;
  return repository.branches.get(ref.replace(/^refs\/heads\//, '')) ?? repository.commits.get(ref);
}

function contents(request: RestRequest, repository: Repository): Answer {
  if (repository.isDisabled)
    throw new Refusal(403, 'Repository access blocked', {
      block: { reason: 'unavailable', created_at: '2026-01-01T00:00:00Z' },
    });
  if (!canReadContents(request.principal, repository)) throw permissionRefusal(request.principal, 'contents=read');
  const commit = commitOf(repository, request.query.get('ref'));
  if (!commit) throw new Refusal(404, repository.isEmpty ? 'This repository is empty.' : 'Not Found');
  const path = decodeURIComponent(request.params['path'] ?? '');
  const entry = followed(commit.files, entryAt(commit.files, path));
  if (!entry) throw notFound();
  const url = `${request.api}/repos/${repository.fullName}`;
  if (entry.kind === 'tree')
    return { ...ok(childrenOf(commit.files, path).map((child) => entryJSON(url, child, commit))), files: 1 };
  return { ...file(request, entry, { url, commit, path }), files: 1 };
}

/** REST follows a symlink to a file of the same repository; GraphQL does not. */
function followed(files: Files, entry: Entry | undefined): Entry | undefined {
  if (entry?.kind !== 'blob' || entry.mode !== '120000') return entry;
  const base = entry.path.split('/').slice(0, -1);
  for (const step of (entry.blob.text ?? '').split('/')) {
    if (step === '..') base.pop();
    else if (step !== '.' && step !== '') base.push(step);
  }
  const target = entryAt(files, base.join('/'));
  return target?.kind === 'blob' && target.mode !== '120000' ? target : entry;
}

function file(
  request: RestRequest,
  entry: Exclude<Entry, { kind: 'tree' }>,
  at: { url: string; commit: Commit; path: string },
): Answer {
  const shown = { ...entryJSON(at.url, entry, at.commit), path: at.path, name: at.path.split('/').at(-1) ?? at.path };
  if (entry.kind === 'submodule')
    return ok({ ...shown, submodule_git_url: 'https://github.com/example/submodule.git' });
  if (entry.mode === '120000') return ok({ ...shown, target: entry.blob.text ?? '' });
  if (/\braw\b/.test(String(request.headers.accept ?? '')))
    return ok(entry.blob.bytes, { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' });
  if (entry.blob.byteSize > MAX_CONTENT_BYTES) {
    const message =
      'This API returns blobs up to 1 MB in size. The requested blob is too large to fetch via the API, but you can use the Git Data API to request blobs up to 100 MB in size.';
    throw new Refusal(403, message, { errors: [{ resource: 'Blob', field: 'data', code: 'too_large' }] });
  }
  const content = entry.blob.bytes.toString('base64').replace(/.{60}/g, '$&\n');
  return ok({ ...shown, content: `${content}\n`, encoding: 'base64' });
}

const TYPE = {
  '040000': 'dir',
  '160000': 'submodule',
  '120000': 'symlink',
  '100644': 'file',
  '100755': 'file',
} as const;

function entryJSON(url: string, entry: Entry, commit: Commit): Record<string, unknown> {
  const oid = entry.kind === 'blob' ? entry.blob.oid : entry.oid;
  const { path } = entry;
  const self = `${url}/contents/${path}?ref=${commit.oid}`;
  const html = `https://github.com/${commit.repository.fullName}/blob/${commit.oid}/${path}`;
  const git = `${url}/git/${entry.kind === 'tree' ? 'trees' : 'blobs'}/${oid}`;
  return {
    name: path.split('/').at(-1) ?? path,
    path,
    sha: oid,
    size: entry.kind === 'blob' ? entry.blob.byteSize : 0,
    url: self,
    html_url: html,
    git_url: git,
    download_url:
      entry.kind === 'blob'
        ? `https://raw.githubusercontent.com/${commit.repository.fullName}/${commit.oid}/${path}`
        : null,
    type: TYPE[entry.mode],
    _links: { self, git, html },
  };
}

/** Rules of active rulesets, whether the branch exists or not. */
function branchRules(request: RestRequest, repository: Repository): Answer {
  const branch = decodeURIComponent(request.params['branch'] ?? '');
  const rules = rulesInForce(repository, branch).map(({ rule, ruleset }) => ({
    ...rule,
    ruleset_source_type: ruleset.sourceType,
    ruleset_source: ruleset.source ?? repository.organization.login,
    ruleset_id: ruleset.id,
  }));
  const { items, headers } = page(request, rules, `/repositories/${repository.id}/rules/branches/${branch}`);
  return ok(items, headers);
}

export const repositoryRoutes: Route[] = [
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/rules/branches/{branch}',
    operation: 'repos/get-branch-rules',
    handle: (request) => branchRules(request, byName(request)),
  },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}',
    operation: 'repos/get',
    handle: (request) => ({ ...ok(fullRepository(request.api, byName(request))), repositories: 1 }),
  },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/contents/{path}',
    operation: 'repos/get-content',
    handle: (request) => contents(request, byName(request)),
  },
  {
    method: 'GET',
    path: '/repositories/{id}',
    operation: 'repos/get-by-id',
    handle: (request) => ({ ...ok(fullRepository(request.api, getByID(request))), repositories: 1 }),
  },
  {
    method: 'GET',
    path: '/repositories/{id}/contents/{path}',
    operation: 'repos/get-content',
    handle: (request) => contents(request, getByID(request)),
  },
];
