/** The checklist of one repository. */
import { branchProtection } from './checks/branch-protection.js';
import { codeowners } from './checks/codeowners.js';
import { customProperties } from './checks/custom-properties.js';
import { rulesetsInherited } from './checks/rulesets-inherited.js';
import { securityScan } from './checks/security-scan.js';
import { securityWorkflow } from './checks/security-workflow.js';
import { BASELINE_CHECKS, type BaselineCheck } from '../api/index.js';
import type { BaselineSettings, CheckResult, Sight } from './types.js';

/** Those that are switched on and have something to ask. */
export function askedChecks(settings: BaselineSettings): BaselineCheck[] {
  const {
    securityWorkflow: { uses, path, rule },
  } = settings;
  const hasWork: Record<BaselineCheck, boolean> = {
    securityWorkflow: uses !== undefined || path !== undefined || rule,
    rulesetsInherited: settings.rulesetsInherited.names.length > 0,
    customProperties: settings.customProperties.required.length > 0,
    codeowners: settings.codeowners.paths.length > 0,
    branchProtection: settings.branchProtection.require.length > 0,
    securityScan: settings.securityScan.tools.length > 0,
  };
  return BASELINE_CHECKS.filter((name) => settings[name].enabled && hasWork[name]);
}

/** One result for each check that is asked, in their order. `nowMs`: what the age of an analysis counts from. */
export function judgeBaseline(sight: Sight, settings: BaselineSettings, nowMs: number): CheckResult[] {
  const checks: Record<BaselineCheck, () => CheckResult> = {
    securityWorkflow: () => securityWorkflow(sight, settings.securityWorkflow),
    rulesetsInherited: () => rulesetsInherited(sight, settings.rulesetsInherited),
    customProperties: () => customProperties(sight, settings.customProperties),
    codeowners: () => codeowners(sight, settings.codeowners),
    branchProtection: () => branchProtection(sight, settings.branchProtection),
    securityScan: () => securityScan(sight, settings.securityScan, nowMs),
  };
  return askedChecks(settings).map((name) => checks[name]());
}
