/** The ten words for what one repository's catalogue says. Fixed: reports, metrics and status repeat them. */
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
