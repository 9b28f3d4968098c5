/** Which jobs are as good as was asked for. */
import type { JobStatus } from '../../../pkg/api/index.js';
import { COMPOSITE_JOB, type JudgedFile, type JudgedJob } from '../../../pkg/workflows/index.js';
import type { WorkflowsOptions } from './options.js';

export type Requirement = Pick<WorkflowsOptions, 'require' | 'allowDelegated'>;

export interface JudgedPath extends JudgedFile {
  /** As it was named, or found below a folder that was. */
  file: string;
}

/** A composite action is no job: it counts for no requirement. */
export const counts = ({ kind }: JudgedFile, { name }: JudgedJob): boolean =>
  kind !== 'composite' || name !== COMPOSITE_JOB;

export function meets(status: JobStatus, { require, allowDelegated }: Requirement): boolean {
  if (status === 'holds') return true;
  if (status === 'audit_only') return require === 'audit';
  return allowDelegated && (status === 'delegated' || status === 'not_supported');
}
