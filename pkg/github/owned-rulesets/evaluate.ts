/** Whether GitHub refused a ruleset because the plan of the organization has no `evaluate`. */
import type { FailedWrite } from '../write-outcome.js';
import type { RulesetBody } from './types.js';

/**
 * GitHub has no code for it: it says that the plan must be upgraded, or that this enforcement is not there. `evaluate` is of GitHub
 * Enterprise alone. https://docs.github.com/en/rest/orgs/rules#create-an-organization-repository-ruleset
 */
export function isEvaluateRefused({ enforcement }: Pick<RulesetBody, 'enforcement'>, outcome: FailedWrite): boolean {
  if (enforcement !== 'evaluate' || outcome.state !== 'refused') return false;
  return outcome.error?.code === 'PLUS1_PLAN_MISSING' || /\b(evaluate|enforcement)\b/i.test(outcome.why);
}
