/** What the jobs of some repositories are worth together. */
import { JOB_STATUSES, type JobStatus } from '../types.js';
import type { IndexedRepository } from './index-repository.js';

export interface WorkflowSummary {
  /** Of each status that there is. */
  jobs: { status: JobStatus; count: number }[];
  filesUnreadable: number;
  /** Repositories with a job that is not as it is required, by name. */
  failing: string[];
  /** Jobs that something outside of the files decides about, called workflows left out: those are judged as files of their own. */
  undecided: number;
}

const GOOD: Readonly<Record<'Holds' | 'Audit', readonly JobStatus[]>> = {
  Holds: ['holds'],
  Audit: ['holds', 'audit_only'],
};
const OPEN: readonly JobStatus[] = ['delegated', 'unknown'];

export function summarize(repositories: readonly IndexedRepository[], require: 'Holds' | 'Audit'): WorkflowSummary {
  const counts = new Map<JobStatus, number>();
  const failing = new Set<string>();
  let filesUnreadable = 0;
  let undecided = 0;
  for (const { name, files } of repositories)
    for (const file of files) {
      if (file.unknown !== undefined) filesUnreadable += 1;
      for (const { status, calls } of file.jobs) {
        counts.set(status, (counts.get(status) ?? 0) + 1);
        if (GOOD[require].includes(status) || calls === true) continue;
        if (OPEN.includes(status)) undecided += 1;
        else failing.add(name);
      }
    }
  const jobs = JOB_STATUSES.flatMap((status) => {
    const count = counts.get(status) ?? 0;
    return count === 0 ? [] : [{ status, count }];
  });
  return { jobs, filesUnreadable, failing: [...failing].sort(), undecided };
}
