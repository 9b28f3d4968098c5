/** The words for what one repository's catalogue says. Fixed: reports, metrics and status repeat them. */
export const FINDING_STATUSES = [
  'valid_production',
  'valid_non_production',
  'missing_lifecycle',
  'missing_file',
  'invalid_yaml',
  'invalid_schema',
  'unreadable',
  'unobserved',
  'archived_skipped',
  'excluded',
] as const;

export type FindingStatus = (typeof FINDING_STATUSES)[number];

const CAN_BE_CORRECTED: Record<FindingStatus, boolean> = {
  valid_production: false,
  valid_non_production: false,
  missing_lifecycle: true,
  missing_file: false,
  invalid_yaml: true,
  invalid_schema: true,
  unreadable: true,
  unobserved: false,
  archived_skipped: false,
  excluded: false,
};

/** True where the owner of the file can correct it. A repository without a file is not in production, and that may be right. */
export const isToCorrect = (status: FindingStatus): boolean => CAN_BE_CORRECTED[status];

/** Decided before any file is looked at: filtered out, or archived. Never a verdict on files. */
export type SetAsideStatus = Extract<FindingStatus, 'archived_skipped' | 'excluded'>;

/** Of a member that no listing contains any more: gone from the organization. In plans and exit clocks, never a finding. */
export const GONE = 'gone';

/** Of a repository that an exemption of the policy decides about, whatever its catalogue says. In plans and exit clocks, never a finding. */
export const EXEMPTED = 'exempted';

/** Why a repository enters, leaves or stays: what its catalogue says, that it is gone, or that the policy exempts it. */
export const PLAN_STATUSES = [...FINDING_STATUSES, GONE, EXEMPTED] as const;

export type PlanStatus = (typeof PLAN_STATUSES)[number];
