/** Members that are no longer in production, as findings: told from the pass that sees it first, while it can still be set right. */
import { EXEMPTED, GONE, type ExitClock } from '../api/index.js';
import type { Reason } from '../catalog/index.js';
import type { Finding } from '../governance/index.js';
import { startedBy, type PassOutcome } from '../reconciler/index.js';

export interface Demotion {
  id: number;
  name: string;
  /** Who started it, in a few words; empty where nobody knows. */
  by: string;
  finding: Reason;
}

/** In the order of the findings. What an exemption releases, and what is gone, nobody demoted. */
export function demotionsOf({ seen, acted, request }: PassOutcome): Demotion[] {
  if (seen === undefined || acted === undefined) return [];
  const { plan, toLeave } = acted.decision;
  const clocks = new Map(plan.clocks.filter(isOfFile).map((clock) => [clock.id, clock]));
  const leaving = new Set(plan.leave.filter(({ status }) => status !== EXEMPTED).map(({ id }) => id));
  // Who leaves after a grace period was told of for as long as that ran.
  const left = new Set(acted.written ? toLeave.filter(({ id }) => clocks.has(id)).map(({ id }) => id) : []);
  const isDemoted = ({ id, status, exemption }: Finding): boolean =>
    exemption === undefined && status !== 'unobserved' && !left.has(id) && (clocks.has(id) || leaving.has(id));
  return seen.findings.filter(isDemoted).map((finding) => {
    const clock = clocks.get(finding.id);
    const by = startedBy({ ...finding, ...clock, ...seen.origins?.get(finding.id) });
    return {
      id: finding.id,
      name: finding.name,
      by,
      finding: reasonOf(finding, clock, by, request.policy.spec.catalog.paths),
    };
  });
}

const isOfFile = ({ reason }: ExitClock): boolean => reason !== GONE && reason !== EXEMPTED;

function reasonOf(
  { status, lifecycles, evidence, reasons: [first] }: Finding,
  clock: ExitClock | undefined,
  by: string,
  [path = '']: readonly string[],
): Reason {
  const { file, line, column } = evidence ?? first ?? { file: path, line: 1, column: 1 };
  const what = evidence === undefined ? status : `lifecycle ${lifecycles.join(', ')}`;
  const since = clock === undefined ? '' : ` since ${clock.since}`;
  return {
    ...{ severity: 'warning', code: 'repository-demoted', file, line, column },
    found: `${what} of a governed repository${since}${by === '' ? '' : `, by ${by}`}`,
    expected: 'production, for as long as the ruleset governs it',
    fix:
      clock === undefined
        ? 'if this is wrong, declare production again'
        : `if this is wrong, declare production again before ${clock.dueTime}; it leaves after that`,
  };
}
