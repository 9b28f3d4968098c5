/** Analyses of code scanning, the newest first: https://docs.github.com/en/rest/code-scanning/code-scanning#list-code-scanning-analyses-for-a-repository */
import { requireRepositoryPermission } from '../server/access.js';
import type { Answer } from '../server/answer.js';
import { ok, Refusal } from '../server/answer.js';
import type { Analysis } from '../world/security.js';
import type { Repository } from '../world/repository.js';
import { byName } from './repositories.js';
import { time } from './repository-json.js';
import type { RestRequest, Route } from './request.js';
import { page } from './request.js';

const OFF = 'Code scanning is not enabled for this repository. Please enable code scanning in the repository settings.';

function analyses(request: RestRequest): Answer {
  const repository = byName(request);
  requireRepositoryPermission(request.principal, repository, 'security_events', 'read');
  const { scans, analyses: all } = repository.security;
  if (!scans) throw new Refusal(403, OFF);
  const { query } = request;
  const [tool, ref] = [query.get('tool_name'), query.get('ref')];
  const branch = `refs/heads/${repository.defaultBranch}`;
  const found = all
    .filter((each) => tool === null || each.tool === tool)
    .filter((each) => ref === null || (each.ref ?? branch) === (ref.startsWith('refs/') ? ref : `refs/heads/${ref}`))
    .sort((a, b) => b.at - a.at);
  if (found.length === 0) throw new Refusal(404, 'no analysis found');
  const { items, headers } = page(request, found, `/repositories/${repository.id}/code-scanning/analyses`);
  return ok(
    items.map((each) => analysisJSON(request.api, repository, { ...each, ref: each.ref ?? branch })),
    headers,
  );
}

function analysisJSON(api: string, repository: Repository, { tool, at, ref }: Analysis): Record<string, unknown> {
  const id = Math.floor(at / 1_000);
  return {
    ref,
    commit_sha: repository.head?.oid ?? '0'.repeat(40),
    analysis_key: '.github/workflows/codeql.yml:analyze',
    environment: '{}',
    category: '.github/workflows/codeql.yml:analyze',
    error: '',
    created_at: time(at),
    results_count: 0,
    rules_count: 1,
    id,
    url: `${api}/repos/${repository.fullName}/code-scanning/analyses/${id}`,
    sarif_id: `sarif-${id}`,
    tool: { name: tool, guid: null, version: '2.0.0' },
    deletable: true,
    warning: '',
  };
}

export const codeScanningRoutes: Route[] = [
  {
    ...{ method: 'GET', path: '/repos/{owner}/{repo}/code-scanning/analyses', handle: analyses },
    operation: 'code-scanning/list-recent-analyses',
  },
];
