/**
 * Issues of a repository and their comments. Where issues are switched off GitHub answers 410, and 403 where the repository is archived.
 * https://docs.github.com/en/rest/issues/issues
 */
import { canSee, canWriteIssues, organizationRefusal, permissionRefusal } from '../server/access.js';
import type { Answer } from '../server/answer.js';
import { invalid, json, notFound, ok, Refusal } from '../server/answer.js';
import type { Principal } from '../server/principal.js';
import type { Author, Comment, Issue, IssueChange, StateReason } from '../world/issues.js';
import { nodeID } from '../world/node-id.js';
import type { Repository } from '../world/repository.js';
import { accountJSON } from './account-json.js';
import { time } from './repository-json.js';
import { byName } from './repositories.js';
import type { RestRequest, Route } from './request.js';
import { page } from './request.js';

const ISSUES = '/repos/{owner}/{repo}/issues';
const ONE = `${ISSUES}/{issue_number}`;
const COMMENTS = `${ONE}/comments`;
const MAX_BODY = 65_536;
const MAX_TITLE = 256;

/** Who wrote it. */
const authorOf = (principal: Principal): Author =>
  principal.kind === 'installation'
    ? { login: `${principal.installation.app.slug}[bot]`, type: 'Bot' }
    : { login: ('login' in principal ? principal.login : undefined) ?? 'plus1-bot', type: 'User' };

const authorJSON = (api: string, { login, type }: Author): Record<string, unknown> => {
  const id = [...login].reduce((sum, char) => sum * 31 + (char.codePointAt(0) ?? 0), 7) % 1_000_000;
  return accountJSON(api, { id, login, nodeID: nodeID('U', String(id)), type });
};

function readable(request: RestRequest): Repository {
  const repository = byName(request);
  if (repository.visibility !== 'public' && !canWriteIssues(request.principal, 'read'))
    throw permissionRefusal(request.principal, 'issues=read');
  if (!repository.hasIssues) throw new Refusal(410, 'Issues are disabled for this repo');
  return repository;
}

function writable(request: RestRequest): Repository {
  const repository = byName(request);
  const refusal = organizationRefusal(request.principal, repository.organization);
  if (refusal) throw refusal;
  if (!canSee(request.principal, repository)) throw notFound();
  if (!canWriteIssues(request.principal, 'write')) throw permissionRefusal(request.principal, 'issues=write');
  if (repository.isArchived) throw new Refusal(403, 'Repository was archived so is read-only.');
  if (!repository.hasIssues) throw new Refusal(410, 'Issues has been disabled in this repository.');
  return repository;
}

function issueOf({ params }: RestRequest, { issues }: Repository): Issue {
  const number = Number(params['issue_number']);
  const found = issues.get(number);
  if (found) return found;
  if (issues.wasDeleted(number)) throw new Refusal(410, 'This issue was deleted');
  throw notFound();
}

function issueJSON(api: string, repository: Repository, issue: Issue): Record<string, unknown> {
  const url = `${api}/repos/${repository.fullName}/issues/${issue.number}`;
  const html = `https://github.com/${repository.fullName}/${issue.isPullRequest ? 'pull' : 'issues'}/${issue.number}`;
  const shown = {
    ...{ id: issue.id, node_id: nodeID('I', String(issue.id)), url, html_url: html, number: issue.number },
    repository_url: `${api}/repos/${repository.fullName}`,
    ...{ labels_url: `${url}/labels{/name}`, comments_url: `${url}/comments`, events_url: `${url}/events` },
    ...{ state: issue.state, state_reason: issue.stateReason, title: issue.title, body: issue.body },
    user: authorJSON(api, issue.author),
    labels: issue.labels.map((name, at) => labelJSON(api, repository, name, at)),
    ...{ assignee: null, assignees: [], milestone: null, locked: false, active_lock_reason: null },
    comments: issue.comments.length,
    closed_at: issue.closedAt === null ? null : time(issue.closedAt),
    created_at: time(issue.createdAt),
    updated_at: time(issue.updatedAt),
    closed_by: issue.closedBy && authorJSON(api, issue.closedBy),
    author_association: 'MEMBER',
  };
  const pull = { url: url.replace('/issues/', '/pulls/'), html_url: html, diff_url: null, patch_url: null };
  return issue.isPullRequest ? { ...shown, pull_request: pull } : shown;
}

const labelJSON = (api: string, repository: Repository, name: string, at: number): Record<string, unknown> => ({
  ...{ id: repository.id * 100 + at, node_id: nodeID('LA', name), name, color: 'ededed', default: false },
  ...{ url: `${api}/repos/${repository.fullName}/labels/${encodeURIComponent(name)}`, description: null },
});

function commentJSON(api: string, repository: Repository, issue: Issue, comment: Comment): Record<string, unknown> {
  const base = `${api}/repos/${repository.fullName}/issues`;
  return {
    ...{ id: comment.id, node_id: nodeID('IC', String(comment.id)), url: `${base}/comments/${comment.id}` },
    html_url: `https://github.com/${repository.fullName}/issues/${issue.number}#issuecomment-${comment.id}`,
    issue_url: `${base}/${issue.number}`,
    ...{ body: comment.body, user: authorJSON(api, comment.author), author_association: 'MEMBER' },
    ...{ created_at: time(comment.at), updated_at: time(comment.at) },
  };
}

function list(request: RestRequest): Answer {
  const repository = readable(request);
  const { query } = request;
  const creator = query.get('creator');
  const state = query.get('state') ?? 'open';
  const found = repository.issues.all.filter(
    (issue) =>
      (state === 'all' || issue.state === state) &&
      (creator === null || issue.author.login.toLowerCase() === creator.toLowerCase()),
  );
  const sorted = query.get('direction') === 'asc' ? found : [...found].reverse();
  const { items, headers } = page(request, sorted, `/repositories/${repository.id}/issues`);
  return ok(
    items.map((issue) => issueJSON(request.api, repository, issue)),
    headers,
  );
}

interface Body {
  title?: string;
  body?: string;
  labels?: (string | { name: string })[];
  state?: 'open' | 'closed';
  state_reason?: StateReason | null;
}

function bodyOf(request: RestRequest, operation: string): Body {
  const wrong = request.contract.refuseBody(operation, request.body);
  if (wrong !== undefined) throw invalid(wrong, 'body');
  const body = request.body as Body;
  if ((body.body ?? '').length > MAX_BODY) throw invalid('body is too long (maximum is 65536 characters)', 'body');
  if ((body.title ?? '').length > MAX_TITLE) throw invalid('title is too long (maximum is 256 characters)', 'title');
  return body;
}

const namesOf = (labels: Body['labels']): string[] | undefined =>
  labels?.map((label) => (typeof label === 'string' ? label : label.name));

/** A label that does not exist is made, or the whole request refused, or it is dropped without a word. */
function labelsFor({ world: { behaviour } }: RestRequest, repository: Repository, labels: string[]): string[] {
  const unknown = labels.filter((label) => !repository.labels.has(label));
  if (unknown.length > 0 && behaviour.unknownLabels === 'forbid')
    throw new Refusal(403, 'You do not have permission to create labels on this repository.');
  if (behaviour.unknownLabels === 'drop') return labels.filter((label) => repository.labels.has(label));
  for (const label of unknown) repository.labels.add(label);
  return labels;
}

function create(request: RestRequest): Answer {
  const repository = writable(request);
  const { title = '', body = '', labels } = bodyOf(request, 'issues/create');
  if (title.trim() === '') throw invalid("title can't be blank", 'title');
  const author = authorOf(request.principal);
  const named = labelsFor(request, repository, namesOf(labels) ?? []);
  const issue = repository.issues.open({ title: String(title), body, author, labels: named });
  return json(201, issueJSON(request.api, repository, issue));
}

function update(request: RestRequest): Answer {
  const repository = writable(request);
  const issue = issueOf(request, repository);
  const { title, body, labels, state, state_reason: reason } = bodyOf(request, 'issues/update');
  const change: IssueChange = {
    ...(title !== undefined && { title: String(title) }),
    ...(body !== undefined && { body }),
    ...(labels !== undefined && { labels: labelsFor(request, repository, namesOf(labels) ?? []) }),
    ...(state !== undefined && { state }),
    ...(reason !== undefined && { stateReason: reason }),
  };
  if (request.ignoreWrite !== true) repository.issues.change(issue, change, authorOf(request.principal));
  return ok(issueJSON(request.api, repository, issue));
}

function listComments(request: RestRequest): Answer {
  const repository = readable(request);
  const issue = issueOf(request, repository);
  const path = `/repositories/${repository.id}/issues/${issue.number}/comments`;
  const { items, headers } = page(request, issue.comments, path);
  return ok(
    items.map((comment) => commentJSON(request.api, repository, issue, comment)),
    headers,
  );
}

function createComment(request: RestRequest): Answer {
  const repository = writable(request);
  const issue = issueOf(request, repository);
  const { body = '' } = bodyOf(request, 'issues/create-comment');
  const comment = repository.issues.comment(issue, body, authorOf(request.principal));
  return json(201, commentJSON(request.api, repository, issue, comment));
}

export const issueRoutes: Route[] = [
  { method: 'GET', path: ISSUES, operation: 'issues/list-for-repo', handle: list },
  { method: 'POST', path: ISSUES, operation: 'issues/create', handle: create },
  {
    ...{ method: 'GET', path: ONE, operation: 'issues/get' },
    handle: (request) => {
      const repository = readable(request);
      return ok(issueJSON(request.api, repository, issueOf(request, repository)));
    },
  },
  { method: 'PATCH', path: ONE, operation: 'issues/update', handle: update },
  { method: 'GET', path: COMMENTS, operation: 'issues/list-comments', handle: listComments },
  { method: 'POST', path: COMMENTS, operation: 'issues/create-comment', handle: createComment },
];
