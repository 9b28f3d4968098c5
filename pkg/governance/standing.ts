/** What a status does to membership: the contract's table, in one place. */
import type { FindingStatus, PolicySpec } from '../api/index.js';

/**
 * `desired`: enters or stays. `contrary`: positive evidence against membership; a member starts to leave.
 * `kept`: no evidence either way; membership and its exit clock stay as they are.
 */
export type Standing = 'desired' | 'contrary' | 'kept';

const BY_INVALID = { Govern: 'desired', Retain: 'kept', Release: 'contrary' } as const;
const BY_MISSING = { Release: 'contrary', Retain: 'kept' } as const;

/** The standing of a repository with that status under a policy's `catalog`. */
export function standing(status: FindingStatus, catalog: PolicySpec['catalog']): Standing {
  switch (status) {
    case 'valid_production':
      return 'desired';
    case 'valid_non_production':
    case 'archived_skipped':
    case 'excluded':
      return 'contrary';
    case 'missing_file':
      return BY_MISSING[catalog.onMissing];
    case 'missing_lifecycle':
    case 'invalid_yaml':
    case 'invalid_schema':
    case 'unreadable':
      return BY_INVALID[catalog.onInvalid];
    case 'unobserved':
      return 'kept';
  }
}
