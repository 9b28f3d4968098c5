/** What the jobs of one repository are worth, and those of some together. */
import { JOB_STATUSES, type JobStatus } from '../../api/index.js';
import type { IndexedRepository } from './index-repository.js';

export interface JobCount {
  status: JobStatus;
  count: number;
}

/** Of one repository. */
export interface JobSummary {
  /** Of each status that there is. */
  jobs: readonly JobCount[];
  filesUnreadable: number;
  /** It has a job that is not as it is required. */
  isFailing: boolean;
  /** Jobs that something outside of the files decides about, called workflows left out: those are judged as files of their own. */
  undecided: number;
}

export interface WorkflowSummary {
  /** Of each status that there is. */
  jobs: JobCount[];
  filesUnreadable: number;
  /** Repositories with a job that is not as it is required, by name. */
  failing: string[];
  /** As of one repository. */
  undecided: number;
}

const GOOD: Readonly<Record<'Holds' | 'Audit', readonly JobStatus[]>> = {
  Holds: ['holds'],
  Audit: ['holds', 'audit_only'],
};
const OPEN: readonly JobStatus[] = ['delegated', 'unknown'];

export function summaryOf({ files }: Pick<IndexedRepository, 'files'>, require: 'Holds' | 'Audit'): JobSummary {
  const counts = new Map<JobStatus, number>();
  let isFailing = false;
  let filesUnreadable = 0;
  let undecided = 0;
  for (const file of files) {
    if (file.unknown !== undefined) filesUnreadable += 1;
    for (const { status, calls } of file.jobs) {
      counts.set(status, (counts.get(status) ?? 0) + 1);
      if (GOOD[require].includes(status) || calls === true) continue;
      if (OPEN.includes(status)) undecided += 1;
      else isFailing = true;
    }
  }
  return { jobs: countsOf(counts), filesUnreadable, isFailing, undecided };
}

export function summarize(repositories: readonly ({ name: string } & JobSummary)[]): WorkflowSummary {
  const counts = new Map<JobStatus, number>();
  for (const { jobs } of repositories)
    for (const { status, count } of jobs) counts.set(status, (counts.get(status) ?? 0) + count);
  return {
    jobs: countsOf(counts),
    filesUnreadable: repositories.reduce((sum, { filesUnreadable }) => sum + filesUnreadable, 0),
    failing: [...new Set(repositories.filter(({ isFailing }) => isFailing).map(({ name }) => name))].sort(),
    undecided: repositories.reduce((sum, { undecided }) => sum + undecided, 0),
  };
}

const countsOf = (counts: ReadonlyMap<JobStatus, number>): JobCount[] =>
  JOB_STATUSES.flatMap((status) => {
    const count = counts.get(status) ?? 0;
    return count === 0 ? [] : [{ status, count }];
  });
