/** What the checklist of a policy needs of its credential, beyond what passes need. */
import type { PolicySpec } from '../../../pkg/api/index.js';
import type { BaselineCheck } from '../../../pkg/api/index.js';
import { askedChecks } from '../../../pkg/baseline/index.js';
import { baselineSettings } from '../../../pkg/reconciler/index.js';
import type { CheckName } from './result.js';

/** The other three read what passes may read anyway. */
const NEEDS: Readonly<Partial<Record<BaselineCheck, CheckName>>> = {
  customProperties: 'baseline-properties',
  branchProtection: 'baseline-protection',
  securityScan: 'baseline-scans',
};

/** Of the checks that are asked alone: none where the policy has no checklist. */
export function checklistNeeds(spec: PolicySpec): CheckName[] {
  if (!spec.baseline.enabled) return [];
  return askedChecks(baselineSettings(spec)).flatMap((name) => NEEDS[name] ?? []);
}
