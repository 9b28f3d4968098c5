/** Names in messages: as many as a person reads, and how many more there are. */
import { jobName, type Job } from '../../../egress/index.js';

const SHOWN = 5;

export function listed(names: readonly string[]): string {
  const rest = names.length - SHOWN;
  return rest > 0 ? `${names.slice(0, SHOWN).join(', ')} and ${rest} more` : names.join(', ');
}

export const jobsListed = (jobs: readonly Job[]): string => listed(jobs.map(jobName));

export const iso = (ms: number): string => new Date(ms).toISOString();
