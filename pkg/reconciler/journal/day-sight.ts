/** What the reports of a day need of its last complete pass. Pure. */
import { querySHA256 } from '../../github/index.js';
import type { Finding } from '../../governance/index.js';
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
  const { statuses, codes } = countsOf(findings);
  return {
    members: acted.live.members.size,
    findings: statuses,
    codes,
    compliance: { total, production, governed, ungoverned, percentage, exempted },
    population: {
      api_host: new URL(policy.spec.github.apiURL).host,
      organization_id: seen.organization.id,
      credential: seen.credential,
      listed: findings.length,
      total_count: seen.totalCount,
      unobserved: statuses['unobserved'] ?? 0,
      query_sha256: querySHA256(policy.spec.catalog.paths),
      tool_version: tool,
      policy_generation: generation ?? null,
    },
  };
}

type Counts = Record<string, number>;

/** How many repositories have each status, and each code, which counts once a repository. In one walk: there may be a hundred thousand. */
export function countsOf(findings: readonly Finding[]): { statuses: Counts; codes: Counts } {
  const statuses: Counts = {};
  const codes: Counts = {};
  for (const { status, reasons } of findings) {
    count(statuses, status);
    for (const [at, { code }] of reasons.entries())
      if (reasons.findIndex((each) => each.code === code) === at) count(codes, code);
  }
  return { statuses, codes };
}

function count(counts: Counts, word: string): void {
  counts[word] = (counts[word] ?? 0) + 1;
}
