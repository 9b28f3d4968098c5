/** The jobs that an egress rule is for, by the index of workflow files, and which of them carry it. */
import type { EgressRule, JobStatus } from '../api/index.js';
import { matchesGlob } from '../governance/index.js';
import type { IndexedRepository } from '../workflows/index.js';
import { asWritten, covers } from './endpoints.js';

/** A job of a workflow file. */
export interface Job {
  repository: string;
  /** Name of the workflow file, such as release.yml. */
  workflow: string;
  job: string;
  status: JobStatus;
  /** Entries of its list as the agent reads them. */
  endpoints: readonly string[];
}

/** All jobs with steps of their own, and whether something could not be read. */
export interface Jobs {
  jobs: readonly Job[];
  /** Repositories with files that could not be read or judged, by name. */
  unread: readonly string[];
}

type Scope = EgressRule['spec']['scope'];

const FOLDER = '.github/workflows/';

/** Of one repository of the index. A job that calls a workflow is judged by the file that it calls. */
export function jobsOf({ name: repository, files }: Pick<IndexedRepository, 'name' | 'files'>): Jobs {
  const jobs = files
    .filter(({ path, kind }) => kind === 'workflow' && path.startsWith(FOLDER))
    .flatMap(({ path, jobs: all }) =>
      all
        .filter(({ calls }) => calls !== true)
        .map(({ name: job, status, endpoints = NONE }) => ({
          ...{ repository, workflow: path.slice(FOLDER.length), job, status, endpoints },
        })),
    );
  return { jobs, unread: files.some(({ unknown }) => unknown !== undefined) ? [repository] : [] };
}

const NONE: readonly string[] = [];

/** True where a rule of that scope is for jobs of that workflow. An empty list of workflows is all of them. */
export const isInScope = (scope: Scope, repository: string, workflow: string): boolean =>
  isForRepository(scope, repository) && (scope.workflows.length === 0 || scope.workflows.includes(workflow));

export function isForRepository({ repositories: { include, exclude } }: Scope, repository: string): boolean {
  const matches = (glob: string): boolean => matchesGlob(repository, glob);
  return include.some(matches) && !exclude.some(matches);
}

/** Of a rule: the jobs that it is for, those that carry all of it and hold, and names of repositories of which that is not known. */
export interface Carrying {
  targeted: readonly Job[];
  carrying: readonly Job[];
  unread: readonly string[];
}

/** Of an Allow every endpoint must be in the list of a job that holds; of a Deny one is enough, whatever the job is worth. */
export function carryingOf({ endpoints, scope, effect }: EgressRule['spec'], { jobs, unread }: Jobs): Carrying {
  const targeted = jobs.filter(({ repository, workflow }) => isInScope(scope, repository, workflow));
  const reaches = (job: Job, endpoint: string): boolean => job.endpoints.some((entry) => covers(entry, endpoint));
  const carries = (job: Job): boolean =>
    effect === 'Deny'
      ? endpoints.some((endpoint) => reaches(job, endpoint) || job.endpoints.some((entry) => covers(endpoint, entry)))
      : job.status === 'holds' && endpoints.every((endpoint) => reaches(job, endpoint));
  return {
    targeted,
    carrying: targeted.filter(carries),
    unread: unread.filter((repository) => isForRepository(scope, repository)),
  };
}

/** Jobs that a name disarms which does not resolve: it stands in their list, and they are to block. */
export function disarmedBy(name: string, { jobs }: Jobs): Job[] {
  const isNamed = (entry: string): boolean => asWritten(entry).startsWith(`${name}:`);
  return jobs.filter(({ status, endpoints }) => BLOCKING.has(status) && endpoints.some(isNamed));
}

const BLOCKING: ReadonlySet<JobStatus> = new Set(['holds', 'disarmed']);

/** `pay-api release.yml/build`, as messages name a job. */
export const jobName = ({ repository, workflow, job }: Job): string => `${repository} ${workflow}/${job}`;
