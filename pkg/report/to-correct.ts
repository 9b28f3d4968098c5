/** Which statuses of a catalogue file its owner can correct. A repository without a file is not in production, and that may be right. */
import type { FindingStatus } from '../api/index.js';

const IS_TO_CORRECT: Record<FindingStatus, boolean> = {
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

export const isToCorrect = (status: FindingStatus): boolean => IS_TO_CORRECT[status];
