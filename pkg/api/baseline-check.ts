/** The checks of the checklist of a repository in production. `pkg/baseline` judges them; status, CRD and metrics list them. */

/** In the order in which they are shown. */
export const BASELINE_CHECKS = [
  'securityWorkflow',
  'rulesetsInherited',
  'customProperties',
  'codeowners',
  'branchProtection',
  'securityScan',
] as const;
export type BaselineCheck = (typeof BASELINE_CHECKS)[number];
