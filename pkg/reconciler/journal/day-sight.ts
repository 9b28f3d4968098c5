/** What the reports of a day need of its last complete pass. Pure. */
import { querySHA256 } from '../../github/index.js';
import { complianceAfter } from '../protection.js';
import type { PassOutcome } from '../types.js';
import type { DaySight } from './day-counters.js';

/** Undefined for a pass that did not see everything. */
export function daySight(
  { seen, acted, error, request: { policy } }: Omit<PassOutcome, 'status' | 'result'>,
  { tool, generation }: { tool: string; generation: number | undefined },
): DaySight | undefined {
  if (seen === undefined || acted === undefined || !seen.complete || seen.isQuick === true || seen.skewed)
    return undefined;
  const { total, production, governed, ungoverned, percentage, exempted } = complianceAfter(seen, acted, error);
  const { findings } = seen;
  return {
    members: acted.live.members.size,
    findings: countBy(findings.map(({ status }) => status)),
    codes: countBy(findings.flatMap(({ reasons }) => (reasons.length === 0 ? [] : codesOf(reasons)))),
    compliance: { total, production, governed, ungoverned, percentage, exempted },
    population: {
      api_host: new URL(policy.spec.github.apiURL).host,
      organization_id: seen.organization.id,
      credential: seen.credential,
      listed: findings.length,
      total_count: seen.totalCount,
      unobserved: findings.filter(({ status }) => status === 'unobserved').length,
      query_sha256: querySHA256(policy.spec.catalog.paths),
      tool_version: tool,
      policy_generation: generation ?? null,
    },
  };
}

/** Each once. */
const codesOf = (reasons: readonly { code: string }[]): string[] => [...new Set(reasons.map(({ code }) => code))];

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
