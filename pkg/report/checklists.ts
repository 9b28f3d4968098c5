/** What a pass saw of workflow files and checklists, for the report. Absent where the policy does not ask, and of a pass that did not look. */
import type { BaselineSummary, CheckResult } from '../baseline/index.js';
import type { PassOutcome } from '../reconciler/index.js';

interface JobCounts {
  jobs: readonly { status: string; count: number }[];
  files_unreadable: number;
}

export interface ReportedSummaries {
  /** Of the jobs within `workflows.scope`. */
  workflow_summary?: JobCounts;
  /** Of the checklists within `baseline.scope`. */
  baseline_summary?: BaselineSummary & { pending: number };
}

/** Of one repository. */
export interface ReportedLooks {
  workflows?: JobCounts;
  baseline?: readonly CheckResult[];
}

export const reportedSummaries = ({ workflows, baseline }: PassOutcome): ReportedSummaries => ({
  ...(workflows && { workflow_summary: counts(workflows) }),
  ...(baseline && {
    baseline_summary: {
      ...{ met: baseline.met, repositories: baseline.repositories, pending: baseline.pending },
      checks: baseline.checks,
    },
  }),
});

export function reportedLooks({ workflows, baseline }: PassOutcome, id: number): ReportedLooks {
  const jobs = workflows?.repositories.get(id);
  const checks = baseline?.results.get(id);
  return { ...(jobs && { workflows: counts(jobs) }), ...(checks && { baseline: checks }) };
}

const counts = ({ jobs, filesUnreadable }: { jobs: JobCounts['jobs']; filesUnreadable: number }): JobCounts => ({
  jobs,
  files_unreadable: filesUnreadable,
});
