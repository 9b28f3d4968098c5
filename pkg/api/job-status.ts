/** What the egress control of a job in a workflow file is worth. `pkg/workflows` gives the words; status, CRD and metrics list them. */

/** From the best to the worst that is known; `docs/reference/workflow-findings.md` says what each means. */
export const JOB_STATUSES = [
  'holds',
  'audit_only',
  'disarmed',
  'delegated',
  'unprotected',
  'not_supported',
  'broken',
  'unknown',
] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];
