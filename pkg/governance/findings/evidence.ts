/** Whether a pass saw any file at all. */
import type { Finding } from './finding.js';

/** True where files were looked for and no repository at all has one: rather the paths are wrong than everybody. */
export function isBlind(findings: readonly Pick<Finding, 'status' | 'reasons'>[]): boolean {
  return findings.some(({ status }) => status === 'missing_file') && !findings.some(showsFile);
}

/** True where something stands at one of the paths. What GitHub disabled shows nothing. */
function showsFile({ status, reasons }: Pick<Finding, 'status' | 'reasons'>): boolean {
  switch (status) {
    case 'valid_production':
    case 'valid_non_production':
    case 'missing_lifecycle':
    case 'invalid_yaml':
    case 'invalid_schema':
      return true;
    case 'unreadable':
      return !reasons.some(({ code }) => code === 'file-disabled');
    case 'missing_file':
    case 'unobserved':
    case 'archived_skipped':
    case 'excluded':
      return false;
  }
}
