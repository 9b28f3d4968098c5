/** What a status does to membership: the contract's table, in one place. */
import type { Exemption, FindingStatus, PlanStatus, PolicySpec } from '../../api/index.js';
import type { Finding } from '../findings/finding.js';

/**
 * In the order of what protects more. `desired`: enters or stays. `contrary`: positive evidence against membership; a member starts to leave.
 * `kept`: no evidence either way; membership and its exit clock stay as they are.
 */
export const EFFECTS = ['contrary', 'kept', 'desired'] as const;
export type Effect = (typeof EFFECTS)[number];

const BY_INVALID = { Govern: 'desired', Retain: 'kept', Release: 'contrary' } as const;
const BY_MISSING = { Release: 'contrary', Retain: 'kept' } as const;
/** A table and no `else`: a further effect that nobody names here would take protection away. */
const BY_EXEMPTION: Readonly<Record<Exemption['effect'], Effect>> = { Govern: 'desired', Release: 'contrary' };

/** The effect of a repository with that status under a policy's `catalog`. */
export function membershipEffect(status: FindingStatus, catalog: PolicySpec['catalog']): Effect {
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

/** The effect of a finding: an exemption in force wins over what was found. */
export function findingEffect(
  { status, exemption }: Pick<Finding, 'status' | 'exemption'>,
  catalog: PolicySpec['catalog'],
): Effect {
  if (exemption !== undefined) return BY_EXEMPTION[exemption.effect];
  return membershipEffect(status, catalog);
}

/**
 * Why a member stays whose status is no evidence. A table and no `else`: a new status that nobody names here would be
 * blamed on `catalog.onInvalid`, and does not compile. `evidence`: such a status decides by itself, and keeps nobody.
 */
const KEPT_BY: Record<PlanStatus, 'unobserved' | 'onMissing' | 'onInvalid' | 'evidence'> = {
  valid_production: 'evidence',
  valid_non_production: 'evidence',
  archived_skipped: 'evidence',
  excluded: 'evidence',
  gone: 'evidence',
  exempted: 'evidence',
  missing_file: 'onMissing',
  missing_lifecycle: 'onInvalid',
  invalid_yaml: 'onInvalid',
  invalid_schema: 'onInvalid',
  unreadable: 'onInvalid',
  unobserved: 'unobserved',
};

/** What keeps a member of that status, where its effect is `kept`. */
export const keptBy = (status: PlanStatus): (typeof KEPT_BY)[PlanStatus] => KEPT_BY[status];

/** Why a member of that status stays, where its effect is `kept`. */
export function whyKept(status: PlanStatus): string {
  switch (keptBy(status)) {
    case 'unobserved':
      return 'stays until it is observed';
    case 'onMissing':
      return 'stays by catalog.onMissing Retain';
    case 'onInvalid':
      return 'stays by catalog.onInvalid Retain';
    case 'evidence':
      return 'stays';
  }
}
