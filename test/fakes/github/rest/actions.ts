/** Actions of one repository: the switch, runs and their cancellation. */
import { requireRepositoryPermission } from '../server/access.js';
import type { Answer } from '../server/answer.js';
import { json, ok, Refusal } from '../server/answer.js';
import type { ActionsPermissions, Run, SelectedActions } from '../world/actions.js';
import type { Repository } from '../world/repository.js';
import { accountJSON } from './account-json.js';
import { byName } from './repositories.js';
import { minimalRepository, time } from './repository-json.js';
import type { RestRequest, Route } from './request.js';
import { page } from './request.js';

const REPOSITORY = '/repos/{owner}/{repo}';
const PERMISSIONS = `${REPOSITORY}/actions/permissions`;
const NOTHING: Answer = { status: 204, headers: {}, body: undefined };
/** "a filtered search returns at most 1,000 results" */
const MAX_FOUND = 1_000;

function repositoryFor(request: RestRequest, permission: string, level: 'read' | 'write'): Repository {
  const repository = byName(request);
  requireRepositoryPermission(request.principal, repository, permission, level);
  if (level === 'write' && repository.isArchived) throw new Refusal(403, 'Repository was archived so is read-only.');
  return repository;
}

function permissions(request: RestRequest): Answer {
  const { actions, fullName } = repositoryFor(request, 'administration', 'read');
  const { enabled, allowed_actions: allowed, sha_pinning_required: pinning } = actions.permissions;
  if (!enabled) return ok({ enabled: false });
  const url = `${request.api}/repos/${fullName}/actions/permissions/selected-actions`;
  return ok({
    ...{ enabled, allowed_actions: allowed, sha_pinning_required: pinning },
    ...(allowed === 'selected' && { selected_actions_url: url }),
  });
}

function setPermissions(request: RestRequest): Answer {
  const { actions } = repositoryFor(request, 'administration', 'write');
  checked(request, 'actions/set-github-actions-permissions-repository');
  if (actions.isDecidedAbove) throw new Refusal(409, 'Conflict');
  if (request.ignoreWrite !== true)
    actions.permissions = { ...actions.permissions, ...(request.body as Partial<ActionsPermissions>) };
  return NOTHING;
}

function selected(request: RestRequest): Answer {
  const { actions } = repositoryFor(request, 'administration', 'read');
  requireSelected(actions.permissions);
  return ok(actions.selected);
}

function setSelected(request: RestRequest): Answer {
  const { actions } = repositoryFor(request, 'administration', 'write');
  checked(request, 'actions/set-allowed-actions-repository');
  requireSelected(actions.permissions);
  actions.selected = { ...actions.selected, ...(request.body as Partial<SelectedActions>) };
  return NOTHING;
}

function requireSelected({ enabled, allowed_actions: allowed }: ActionsPermissions): void {
  if (!enabled || allowed !== 'selected') throw new Refusal(409, 'Conflict');
}

function checked(request: RestRequest, operation: string): void {
  const wrong = request.contract.refuseBody(operation, request.body ?? {});
  if (wrong !== undefined) throw new Refusal(422, `Invalid request.\n\n${wrong}`);
}

/** `created` as in a search of issues: `A..B`, `>=A`, `<=B`. */
function isCreated({ at }: Run, created: string | null): boolean {
  if (created === null) return true;
  const [from = '', to = ''] = created.includes('..') ? created.split('..') : [];
  if (created.includes('..')) return at >= Date.parse(from) && at <= Date.parse(to);
  return created.startsWith('>=') ? at >= Date.parse(created.slice(2)) : at <= Date.parse(created.replace('<=', ''));
}

function runs(request: RestRequest): Answer {
  const repository = repositoryFor(request, 'actions', 'read');
  const { query } = request;
  const state = query.get('status');
  const found = repository.actions.runs
    .filter((run) => isCreated(run, query.get('created')))
    .filter(({ status, conclusion }) => state === null || state === status || state === conclusion)
    .sort((a, b) => b.at - a.at || b.id - a.id);
  const isFiltered = state !== null || query.get('created') !== null;
  const { items, headers } = page(
    request,
    isFiltered ? found.slice(0, MAX_FOUND) : found,
    `/repositories/${repository.id}/actions/runs`,
  );
  const rows = items.map((run) => runJSON(request.api, repository, run));
  return ok({ total_count: found.length, workflow_runs: rows }, headers);
}

function runJSON(api: string, repository: Repository, run: Run): Record<string, unknown> {
  const url = `${api}/repos/${repository.fullName}/actions/runs/${run.id}`;
  const html = `https://github.com/${repository.fullName}/actions/runs/${run.id}`;
  const actor = accountJSON(api, { id: 1001, login: 'ada', nodeID: 'U_1001', type: 'User' });
  return {
    id: run.id,
    node_id: `WFR_${run.id}`,
    check_suite_id: run.id + 1,
    check_suite_node_id: `CS_${run.id}`,
    name: run.path,
    head_branch: run.branch ?? repository.defaultBranch,
    head_sha: run.sha,
    path: run.path,
    run_number: 1,
    run_attempt: 1,
    referenced_workflows: [],
    event: run.event ?? 'push',
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: 1,
    url,
    html_url: html,
    pull_requests: [],
    created_at: time(run.at),
    updated_at: time(run.at),
    run_started_at: time(run.at),
    actor,
    triggering_actor: actor,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${api}/repos/${repository.fullName}/check-suites/${run.id + 1}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${api}/repos/${repository.fullName}/actions/workflows/1`,
    display_title: run.path,
    head_commit: null,
    repository: minimalRepository(api, repository),
    head_repository: minimalRepository(api, repository),
  };
}

function cancel(request: RestRequest, { force }: { force: boolean }): Answer {
  const { actions } = repositoryFor(request, 'actions', 'write');
  const run = actions.runs.find(({ id }) => id === Number(request.params['run_id']));
  if (run === undefined) throw new Refusal(404, 'Not Found');
  if (!actions.cancel(run, { force })) throw new Refusal(409, 'Cannot cancel a workflow run that is completed.');
  return json(202, {});
}

function branches(request: RestRequest): Answer {
  const repository = repositoryFor(request, 'contents', 'read');
  const all = [...repository.branches].sort(([a], [b]) => (a < b ? -1 : 1));
  const { items, headers } = page(request, all, `/repositories/${repository.id}/branches`);
  const url = `${request.api}/repos/${repository.fullName}/commits`;
  return ok(
    items.map(([name, { oid }]) => ({ name, commit: { sha: oid, url: `${url}/${oid}` }, protected: false })),
    headers,
  );
}

const SELECTED = `${PERMISSIONS}/selected-actions`;
const RUN = `${REPOSITORY}/actions/runs/{run_id}`;

export const actionsRoutes: Route[] = [
  {
    ...{ method: 'GET', path: PERMISSIONS, handle: permissions },
    operation: 'actions/get-github-actions-permissions-repository',
  },
  {
    ...{ method: 'PUT', path: PERMISSIONS, handle: setPermissions },
    operation: 'actions/set-github-actions-permissions-repository',
  },
  { method: 'GET', path: SELECTED, operation: 'actions/get-allowed-actions-repository', handle: selected },
  { method: 'PUT', path: SELECTED, operation: 'actions/set-allowed-actions-repository', handle: setSelected },
  {
    ...{ method: 'GET', path: `${REPOSITORY}/actions/runs`, handle: runs },
    operation: 'actions/list-workflow-runs-for-repo',
  },
  {
    ...{ method: 'POST', path: `${RUN}/cancel`, operation: 'actions/cancel-workflow-run' },
    handle: (request) => cancel(request, { force: false }),
  },
  {
    ...{ method: 'POST', path: `${RUN}/force-cancel`, operation: 'actions/force-cancel-workflow-run' },
    handle: (request) => cancel(request, { force: true }),
  },
  { method: 'GET', path: `${REPOSITORY}/branches`, operation: 'repos/list-branches', handle: branches },
];
