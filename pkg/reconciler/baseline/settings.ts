/** What a policy asks of the checklist, in the words of the room that judges it. */
import { durationMs, type PolicySpec } from '../../api/index.js';
import type { BaselineCheck } from '../../api/index.js';
import type { BaselineSettings } from '../../baseline/index.js';
import type { BaselinePart } from '../../github/index.js';

export function settingsOf({ baseline, ruleset }: PolicySpec): BaselineSettings {
  const { rulesetsInherited, securityScan, ...rest } = baseline.checks;
  const { maxAge, ...scan } = securityScan;
  const names = rulesetsInherited.names.length > 0 ? rulesetsInherited.names : [ruleset.name];
  return {
    ...rest,
    rulesetsInherited: { ...rulesetsInherited, names },
    securityScan: { ...scan, maxAgeMs: durationMs(maxAge) },
  };
}

/** Whether a check needs the workflow files that the survey reads. */
export const needsWorkflows = ({ baseline }: PolicySpec): boolean => {
  const { enabled, uses, path } = baseline.checks.securityWorkflow;
  return baseline.enabled && enabled && (uses !== undefined || path !== undefined);
};

/** Parts of the question about branches that no check needs. */
export function unneededParts(asked: readonly BaselineCheck[], { securityWorkflow }: BaselineSettings): BaselinePart[] {
  const has = (name: BaselineCheck): boolean => asked.includes(name);
  const needsRules =
    has('rulesetsInherited') || has('branchProtection') || (has('securityWorkflow') && securityWorkflow.rule);
  return [
    ...(needsRules || has('codeowners') ? [] : (['rules'] as const)),
    ...(has('branchProtection') ? [] : (['classic'] as const)),
    ...(has('codeowners') ? [] : (['codeowners', 'codeownersErrors'] as const)),
  ];
}
