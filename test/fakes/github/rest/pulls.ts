/** Pull requests and their reviews. GitHub has one open pull request for two branches. https://docs.github.com/en/rest/pulls/pulls */
import type { Answer } from '../server/answer.js';
import { json, notFound, ok, Refusal } from '../server/answer.js';
import type { Principal } from '../server/principal.js';
import type { Author } from '../world/issues.js';
import { nodeID } from '../world/node-id.js';
import type { Pull, Review } from '../world/pulls.js';
import type { Repository } from '../world/repository.js';
import { accountJSON, ownerJSON } from './account-json.js';
import { bodyOf, repositoryFor } from './git.js';
import { minimalRepository, time } from './repository-json.js';
import type { RestRequest, Route } from './request.js';
import { page } from './request.js';

const PULLS = '/repos/{owner}/{repo}/pulls';
const ONE = `${PULLS}/{pull_number}`;

const authorOf = (principal: Principal): Author =>
  principal.kind === 'installation'
    ? { login: `${principal.installation.app.slug}[bot]`, type: 'Bot' }
    : { login: ('login' in principal ? principal.login : undefined) ?? 'plus1-bot', type: 'User' };

const personJSON = (api: string, { login, type }: Author): Record<string, unknown> => {
  const id = [...login].reduce((sum, char) => sum * 31 + (char.codePointAt(0) ?? 0), 7) % 1_000_000;
  return accountJSON(api, { id, login, nodeID: nodeID('U', String(id)), type });
};

const readable = (request: RestRequest): Repository => repositoryFor(request, 'pull_requests', 'read');

function pullOf(request: RestRequest, { pulls }: Repository): Pull {
  const found = pulls.get(Number(request.params['pull_number']));
  if (found === undefined) throw notFound();
  return found;
}

function pullJSON({ api }: RestRequest, repository: Repository, pull: Pull): Record<string, unknown> {
  const { issue, merged, head, base } = pull;
  const root = `${api}/repos/${repository.fullName}`;
  const url = `${root}/pulls/${issue.number}`;
  const html = `https://github.com/${repository.fullName}/pull/${issue.number}`;
  const headOid = repository.pulls.headOf(pull);
  const side = (ref: string, sha: string): object => ({
    ...{ label: `${repository.organization.login}:${ref}`, ref, sha },
    ...{ repo: minimalRepository(api, repository), user: ownerJSON(api, repository.organization) },
  });
  const links = {
    ...{
      self: url,
      html,
      issue: `${root}/issues/${issue.number}`,
      comments: `${root}/issues/${issue.number}/comments`,
    },
    ...{ review_comments: `${url}/comments`, review_comment: `${root}/pulls/comments{/number}` },
    ...{ commits: `${url}/commits`, statuses: `${root}/statuses/${headOid}` },
  };
  return {
    ...{ url, id: issue.id, node_id: nodeID('PR', String(issue.id)), html_url: html },
    ...{ diff_url: `${html}.diff`, patch_url: `${html}.patch`, issue_url: links.issue, commits_url: links.commits },
    ...{ review_comments_url: links.review_comments, review_comment_url: links.review_comment },
    ...{ comments_url: links.comments, statuses_url: links.statuses, number: issue.number, state: issue.state },
    ...{ locked: false, title: issue.title, user: personJSON(api, issue.author), body: issue.body, labels: [] },
    ...{ milestone: null, assignee: null, created_at: time(issue.createdAt), updated_at: time(issue.updatedAt) },
    closed_at: issue.closedAt === null ? null : time(issue.closedAt),
    merged_at: merged === undefined ? null : time(merged.at),
    merge_commit_sha: merged?.commit.oid ?? null,
    ...{ head: side(head, headOid), base: side(base, repository.branches.get(base)?.oid ?? '') },
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    ...{ author_association: 'MEMBER', auto_merge: null },
  };
}

function wholeJSON(request: RestRequest, repository: Repository, pull: Pull): Record<string, unknown> {
  const { merged } = pull;
  const isClean = repository.pulls.conflicts(pull).length === 0;
  return {
    ...pullJSON(request, repository, pull),
    ...{ merged: merged !== undefined, merged_by: merged === undefined ? null : personJSON(request.api, merged.by) },
    ...{ mergeable: isClean, mergeable_state: isClean ? 'clean' : 'dirty', comments: 0, review_comments: 0 },
    ...{ maintainer_can_modify: false, commits: repository.pulls.commitsOf(pull), additions: 1, deletions: 0 },
    changed_files: 1,
  };
}

function list(request: RestRequest): Answer {
  const repository = readable(request);
  const { query } = request;
  const state = query.get('state') ?? 'open';
  const head = query.get('head');
  const { login } = repository.organization;
  const found = repository.pulls.all.filter(
    (pull) =>
      (state === 'all' || pull.issue.state === state) &&
      (head === null || head.toLowerCase() === `${login}:${pull.head}`.toLowerCase()) &&
      (query.get('base') ?? pull.base) === pull.base,
  );
  const sorted = query.get('direction') === 'asc' ? found : [...found].reverse();
  const { items, headers } = page(request, sorted, `/repositories/${repository.id}/pulls`);
  return ok(
    items.map((pull) => pullJSON(request, repository, pull)),
    headers,
  );
}

const refused = (message: string, field?: string): Refusal =>
  new Refusal(422, 'Validation Failed', {
    errors: [{ resource: 'PullRequest', code: 'custom', message, ...(field !== undefined && { field }) }],
  });

function create(request: RestRequest): Answer {
  const repository = repositoryFor(request, 'pull_requests', 'write');
  const body = bodyOf<{ title?: string; body?: string; head: string; base: string }>(request, 'pulls/create');
  const { login } = repository.organization;
  const head = body.head.replace(new RegExp(`^${login}:`, 'i'), '');
  const { base, title = '' } = body;
  for (const [name, field] of [
    [head, 'head'],
    [base, 'base'],
  ] as const)
    if (!repository.branches.has(name))
      throw new Refusal(422, 'Validation Failed', { errors: [{ resource: 'PullRequest', field, code: 'invalid' }] });
  if (repository.pulls.between(head, base)) throw refused(`A pull request already exists for ${login}:${head}.`);
  if (repository.pulls.commitsOf({ head, base }) === 0) throw refused(`No commits between ${base} and ${head}`);
  const author = authorOf(request.principal);
  const pull = repository.pulls.create({
    title,
    head,
    base,
    author,
    ...(body.body !== undefined && { body: body.body }),
  });
  return json(201, wholeJSON(request, repository, pull));
}

function update(request: RestRequest): Answer {
  const repository = repositoryFor(request, 'pull_requests', 'write');
  const pull = pullOf(request, repository);
  const { title, body, state } = bodyOf<{ title?: string; body?: string; state?: 'open' | 'closed' }>(
    request,
    'pulls/update',
  );
  if (state === 'open' && pull.issue.state === 'closed') {
    const { head, base, merged } = pull;
    if (merged !== undefined || !repository.branches.has(head)) throw refused('state cannot be changed', 'state');
    if (repository.pulls.between(head, base)) throw refused(`There is already an open pull request for ${head}.`);
  }
  if (request.ignoreWrite === true) return ok(wholeJSON(request, repository, pull));
  const author = authorOf(request.principal);
  if (state === 'closed' && pull.issue.state === 'open') repository.pulls.close(pull, author);
  const change = { ...(title !== undefined && { title }), ...(body !== undefined && { body }) };
  repository.issues.change(pull.issue, { ...change, ...(state === 'open' && { state }) }, author);
  return ok(wholeJSON(request, repository, pull));
}

function reviews(request: RestRequest): Answer {
  const repository = readable(request);
  const pull = pullOf(request, repository);
  const path = `/repositories/${repository.id}/pulls/${pull.issue.number}/reviews`;
  const { items, headers } = page(request, pull.reviews, path);
  return ok(
    items.map((review) => reviewJSON(request, repository, pull, review)),
    headers,
  );
}

function reviewJSON({ api }: RestRequest, repository: Repository, { issue }: Pull, review: Review): object {
  const html = `https://github.com/${repository.fullName}/pull/${issue.number}#pullrequestreview-${review.id}`;
  const pull = `${api}/repos/${repository.fullName}/pulls/${issue.number}`;
  return {
    ...{ id: review.id, node_id: nodeID('PRR', String(review.id)), user: personJSON(api, review.author), body: '' },
    ...{ state: review.state, html_url: html, pull_request_url: pull, author_association: review.association },
    _links: { html: { href: html }, pull_request: { href: pull } },
    ...{ submitted_at: time(review.at), commit_id: review.commit },
  };
}

export const pullRoutes: Route[] = [
  { method: 'GET', path: PULLS, operation: 'pulls/list', handle: list },
  { method: 'POST', path: PULLS, operation: 'pulls/create', handle: create },
  {
    ...{ method: 'GET', path: ONE, operation: 'pulls/get' },
    handle: (request) => {
      const repository = readable(request);
      return ok(wholeJSON(request, repository, pullOf(request, repository)));
    },
  },
  { method: 'PATCH', path: ONE, operation: 'pulls/update', handle: update },
  { method: 'GET', path: `${ONE}/reviews`, operation: 'pulls/list-reviews', handle: reviews },
];
