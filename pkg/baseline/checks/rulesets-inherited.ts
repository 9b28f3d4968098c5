/** The named rulesets apply: each has a rule in force on the default branch. */
import type { BaselineSettings, CheckResult, Sight } from '../types.js';
import { fail, isSeen, listed, open, pass, type Asked } from './result.js';

export function rulesetsInherited(
  { rules }: Pick<Sight, 'rules'>,
  { names }: BaselineSettings['rulesetsInherited'],
): CheckResult {
  const asked: Asked = { name: 'rulesetsInherited', expected: `rules in force of ${names.join(', ')}` };
  if (!isSeen(rules)) return open(asked, [rules]);
  const inForce = new Set(rules.seen.rules.flatMap(({ ruleset }) => (ruleset === undefined ? [] : [ruleset])));
  const missing = names.filter((name) => !inForce.has(name));
  if (missing.length === 0) return pass(asked, `rules of ${names.join(', ')} in force`);
  if (!rules.seen.isWhole || rules.seen.rules.some(({ ruleset }) => ruleset === undefined))
    return open(asked, [{ unknown: `GitHub did not show of every rule which ruleset it is of` }]);
  const found = `no rule of ${missing.join(', ')}; in force: ${listed([...inForce])}`;
  return fail(asked, found, `let the ruleset ${missing.join(', ')} target the repository and its default branch`);
}
