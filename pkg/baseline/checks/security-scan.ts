/** Each of the tools has analyzed the default branch, not too long ago. */
import type { BaselineSettings, CheckResult, Sight } from '../types.js';
import { fail, isSeen, open, pass, type Asked } from './result.js';

const HOUR_MS = 3_600_000;
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export function securityScan(
  { scan }: Pick<Sight, 'scan'>,
  { tools, maxAgeMs }: BaselineSettings['securityScan'],
  nowMs: number,
): CheckResult {
  const asked: Asked = {
    name: 'securityScan',
    expected: `an analysis by ${tools.join(', ')} within ${Math.round(maxAgeMs / HOUR_MS)}h`,
  };
  if (!isSeen(scan)) return open(asked, [scan]);
  const { newest, isWhole } = scan.seen;
  const byTool = new Map([...newest].map(([tool, at]) => [tool.toLowerCase(), at]));
  const at = (tool: string): number | undefined => byTool.get(tool.toLowerCase());
  const told = tools.map((tool) => `${tool}: ${dayOf(at(tool))}`).join(', ');
  const late = tools.filter((tool) => (at(tool) ?? -Infinity) < nowMs - maxAgeMs);
  if (late.length === 0) return pass(asked, told);
  if (!isWhole && late.some((tool) => at(tool) === undefined))
    return open(asked, [{ unknown: 'GitHub has more analyses than one page shows' }]);
  return fail(asked, told, `let ${late.join(', ')} analyze the default branch: repository Settings > Code security`);
}

const dayOf = (ms: number | undefined): string => (ms === undefined ? 'none' : day(ms));
