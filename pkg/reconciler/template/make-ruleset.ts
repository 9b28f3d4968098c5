/** Makes the ruleset of a policy from its template, with those that enter. */
import type { PolicySpec } from '../../api/index.js';
import { hasCode, Plus1Error } from '../../errors/index.js';
import type { Decision } from '../../governance/index.js';
import type { OwnedRulesets } from '../owned/owned-rulesets.js';
import type { MadeRuleset } from '../types.js';
import { templateBody } from './template-body.js';

/** Undefined where nobody enters: an empty ruleset is never made. */
export const wouldMake = (spec: PolicySpec, { toEnter }: Decision): MadeRuleset | undefined =>
  toEnter.length === 0
    ? undefined
    : { enforcement: spec.ruleset.template?.enforcement === 'Active' ? 'active' : 'evaluate', entered: toEnter };

/** Throws what `OwnedRulesets.ensure` throws. */
export async function makeRuleset(
  owned: OwnedRulesets,
  spec: PolicySpec,
  decision: Decision,
  signal: AbortSignal,
): Promise<MadeRuleset & { id: number }> {
  const { ruleset } = spec;
  const { template, property, name } = ruleset;
  if (template === undefined) throw new Plus1Error('PLUS1_INTERNAL', `the ruleset ${name} has no template`);
  const body = templateBody(ruleset, template, decision.target);
  const members = decision.toEnter.map(({ id, name, status, reason }) => ({ id, name, status, reason }));
  const wanted = {
    ...{ purpose: 'Template' as const, body },
    ...(body.enforcement === 'evaluate' && { withoutEvaluate: { ...body, enforcement: 'active' as const } }),
    // By property nobody is in it by its being made.
    ...(property === undefined && { enter: members }),
  };
  try {
    const { ruleset: made } = await owned.ensure(wanted, signal);
    return { id: made.id, enforcement: made.enforcement, entered: property === undefined ? decision.toEnter : [] };
  } catch (thrown) {
    // It has the name that the policy names, so that it is the ruleset of the policy from the next pass on.
    if (!hasCode(thrown, 'PLUS1_NAME_IN_USE')) throw thrown;
    throw new Plus1Error('PLUS1_GITHUB_LAGS', `${thrown.message}; the next pass goes on with it`, { cause: thrown });
  }
}
