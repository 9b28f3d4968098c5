/** The required kinds of rules are in force on the default branch, by rulesets or by a classic protection. */
import type { BaselineSettings, CheckResult, Sight } from '../types.js';
import { fail, isSeen, listed, open, pass, type Asked } from './result.js';

export function branchProtection(
  { rules, classic }: Pick<Sight, 'rules' | 'classic'>,
  { require }: BaselineSettings['branchProtection'],
): CheckResult {
  const asked: Asked = { name: 'branchProtection', expected: `rules in force: ${require.join(', ')}` };
  const byRules = new Set(isSeen(rules) ? rules.seen.rules.map(({ type }) => type) : []);
  const byClassic = new Set(isSeen(classic) ? (classic.seen ?? []) : []);
  const missing = require.filter((type) => !byRules.has(type) && !byClassic.has(type));
  if (missing.length === 0) {
    const usesClassic = require.some((type) => !byRules.has(type));
    return pass(asked, usesClassic ? 'all of them, in part by a classic protection' : 'all of them, by rulesets');
  }
  const unseen = [rules, classic].filter((answer) => !isSeen(answer));
  if (unseen.length > 0) return open(asked, unseen);
  if (isSeen(rules) && !rules.seen.isWhole) return open(asked, [{ unknown: 'GitHub did not show all rules' }]);
  const found = `no ${missing.join(', ')}; in force: ${listed([...new Set([...byRules, ...byClassic])])}`;
  return fail(asked, found, `add ${missing.join(', ')} to a ruleset that targets the default branch of the repository`);
}
