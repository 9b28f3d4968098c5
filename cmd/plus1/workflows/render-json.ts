/** The judgement as one line of JSON. */
import { printableJSON } from '../../../pkg/text/index.js';
import type { JudgedJob } from '../../../pkg/workflows/index.js';
import type { JudgedPath } from './requirement.js';

export function renderJSON(results: readonly JudgedPath[]): string {
  return printableJSON({
    results: results.map(({ file, kind, jobs }) => ({ file, kind, jobs: jobs.map(jobOf) })),
  });
}

const jobOf = ({ actions, findings, ...job }: JudgedJob): unknown => ({
  name: job.name,
  status: job.status,
  policy: job.policy,
  endpoints: job.endpoints,
  agentEndpoints: job.agentEndpoints,
  implicit: job.implicit,
  actions: actions.map(({ name, ref, pinned }) => ({ name, ref, pinned })),
  position: job.position,
  findings,
  line: job.line,
  column: job.column,
});
