/**
 * The compliance report: the outcome of one pass as JSON, in the words and the shape that auditors already have. Names
 * are without the organization. A dry run tells what is, and has zero changes.
 */
import { FINDING_STATUSES, type FindingStatus } from '../api/index.js';
import type { Reason } from '../catalog/index.js';
import { unmatchedExemptions, type PlanItem } from '../governance/index.js';
import {
  protectionOf,
  type ActResult,
  type PassOutcome,
  type Protection,
  type PassObservation,
} from '../reconciler/index.js';

export interface Report {
  timestamp: string;
  organization: string;
  ruleset_name: string;
  compliance_status: {
    total_repositories: number;
    production_repositories: number;
    governed_repositories: number;
    ungoverned_repositories: number;
    /** One decimal; null when there is no production repository: nothing to govern is no success. */
    compliance_percentage: number | null;
  };
  analysis_summary: Record<FindingStatus, number>;
  changes_applied: { repositories_added: number; repositories_removed: number; total_modifications: number };
  dry_run: boolean;
  complete: boolean;
  ruleset_enforcement: 'active' | 'evaluate' | 'disabled';
  plan: {
    hash: string;
    held: boolean;
    hold_reason: string | null;
    enter: PlanItem[];
    leave: PlanItem[];
    retain: PlanItem[];
  };
  repositories: ReportedRepository[];
  /** Repositories that an exemption of the policy decides about; they count in no figure but the totals. */
  exempted: number;
  /** What is wrong with the policy itself; absent where nothing is. */
  findings?: Reason[];
  /** Present only where the pass failed after it had seen the organization. */
  error?: { code: string; message: string };
}

export interface ReportedRepository {
  name: string;
  id: number;
  status: FindingStatus;
  lifecycles: string[];
  governed: boolean;
  reasons: Reason[];
  /** An exemption decides about it; `status` says what was found all the same. */
  exempted?: true;
}

/** The report, or undefined where the pass saw too little to tell anything true. */
export function complianceReport(outcome: PassOutcome): Report | undefined {
  const { seen, acted, error } = outcome;
  if (seen === undefined || acted === undefined) return undefined;
  const { spec } = outcome.request.policy;
  const protection = protectionOf(seen, acted, error);
  const { total, production, governed, ungoverned, percentage, exempted } = protection;
  const findings = policyFindings(outcome, seen);
  return {
    timestamp: new Date(outcome.endMs).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    organization: spec.organization,
    ruleset_name: spec.ruleset.name,
    compliance_status: {
      total_repositories: total,
      production_repositories: production,
      governed_repositories: governed,
      ungoverned_repositories: ungoverned,
      compliance_percentage: percentage,
    },
    analysis_summary: summary(seen),
    changes_applied: changes(acted),
    dry_run: outcome.dryRun,
    complete: seen.complete && !seen.skewed,
    ruleset_enforcement: acted.live.enforcement,
    plan: planOf(acted),
    repositories: repositories(seen, protection),
    exempted,
    ...(findings.length === 0 ? {} : { findings }),
    ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
  };
}

function summary({ findings }: PassObservation): Record<FindingStatus, number> {
  const counts = Object.fromEntries(FINDING_STATUSES.map((status) => [status, 0])) as Record<FindingStatus, number>;
  for (const { status } of findings) counts[status] += 1;
  return counts;
}

function changes({ written, decision }: ActResult): Report['changes_applied'] {
  const added = written ? decision.toEnter.length : 0;
  const removed = written ? decision.toLeave.length : 0;
  return { repositories_added: added, repositories_removed: removed, total_modifications: added + removed };
}

function planOf({ decision }: ActResult): Report['plan'] {
  const { hash, enter, leave, gone, retain } = decision.plan;
  return {
    hash,
    held: decision.hold !== undefined,
    hold_reason: decision.hold?.reason ?? null,
    enter,
    leave: [...leave, ...gone].sort(byName),
    retain,
  };
}

function repositories({ findings }: PassObservation, { protectedIDs }: Protection): ReportedRepository[] {
  return [...findings].sort(byName).map(({ id, name, status, lifecycles, reasons, exemption }) => ({
    name,
    id,
    status,
    lifecycles,
    governed: protectedIDs.has(id),
    reasons,
    ...(exemption === undefined ? {} : { exempted: true }),
  }));
}

/** An exemption that matches nothing may be misspelt. A list that is not whole says nothing of that. */
function policyFindings(
  { request, startMs }: PassOutcome,
  { findings, complete, seesFewer }: PassObservation,
): Reason[] {
  const { exemptions = [] } = request.policy.spec;
  if (!complete || seesFewer) return [];
  return unmatchedExemptions(findings, exemptions, startMs).map((exemption) => {
    const { repository, repositoryID } = exemption;
    const what = repositoryID === undefined ? '' : ` with the id ${repositoryID}`;
    return {
      severity: 'warning',
      code: 'exemption-unmatched',
      file: `spec.exemptions[${exemptions.indexOf(exemption)}]`,
      ...{ line: 1, column: 1 },
      found: `an exemption of ${JSON.stringify(repository)}${what}, which no repository of the organization has`,
      expected: 'the name or the id of a repository',
      fix: 'correct it in the policy, or remove it there',
    };
  });
}

/** By code units, as everywhere: two machines print the same report. */
function byName(a: { name: string; id: number }, b: { name: string; id: number }): number {
  if (a.name === b.name) return a.id - b.id;
  return a.name < b.name ? -1 : 1;
}
