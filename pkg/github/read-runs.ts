/** The runs of workflows within a window, one request for each repository: https://docs.github.com/en/rest/actions/workflow-runs */
import * as v from 'valibot';
import { publicClient, type PublicOptions } from './public-client.js';

export interface RunsRequest extends PublicOptions {
  organization: string;
  repositories: readonly string[];
  /** As GitHub's search of dates has it: `2025-03-14T00:00:00Z..2025-03-16T00:00:00Z`. */
  created: string;
}

export interface WorkflowRun {
  id: number;
  /** Of the workflow file. */
  path: string;
  /** RFC 3339. */
  time: string;
  sha: string;
}

export interface RepositoryRuns {
  repository: string;
  runs: WorkflowRun[];
  /** Why not all is known. */
  why?: string;
}

const PER_PAGE = 100;

const answerSchema = v.looseObject({
  total_count: v.number(),
  workflow_runs: v.array(
    v.looseObject({ id: v.number(), path: v.string(), head_sha: v.string(), created_at: v.string() }),
  ),
});

/** In the order of the repositories. Throws only where the signal aborts, or the address must not be used. */
export async function readRuns(request: RunsRequest): Promise<RepositoryRuns[]> {
  const client = publicClient(request);
  const answers: RepositoryRuns[] = [];
  try {
    for (const repository of request.repositories) {
      request.signal.throwIfAborted();
      answers.push(await ask(client, request, repository));
    }
    return answers;
  } finally {
    await client.close();
  }
}

async function ask(
  { get }: ReturnType<typeof publicClient>,
  { organization, created }: RunsRequest,
  repository: string,
): Promise<RepositoryRuns> {
  const route =
    `GET /repos/${encodeURIComponent(organization)}/${encodeURIComponent(repository)}/actions/runs` as const;
  const { status, data } = await get(route, { created, per_page: PER_PAGE });
  const parsed = v.safeParse(answerSchema, data);
  if (status !== 200 || !parsed.success) return { repository, runs: [], why: refusal(status) };
  const { total_count: total, workflow_runs: rows } = parsed.output;
  const runs = rows.map(({ id, path, head_sha: sha, created_at: time }) => ({
    ...{ id, sha, time },
    // GitHub writes the branch behind the path of some runs.
    path: path.split('@', 1)[0] ?? path,
  }));
  return {
    repository,
    runs,
    ...(total > rows.length && { why: `${total} runs in the window, of which ${rows.length} were read` }),
  };
}

function refusal(status: number | undefined): string {
  if (status === undefined) return 'GitHub did not answer about its runs';
  if (status === 403) return 'GitHub refused its runs: the token needs Actions: read';
  return `GitHub answered ${status} about its runs`;
}
