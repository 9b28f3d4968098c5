/**
 * The compliance report: the outcome of one pass as JSON, in the words and the shape that auditors already have. Names
 * are without the organization. A dry run tells what is, and has zero changes.
 */
import { durationMs, FINDING_STATUSES, type FindingStatus, type RulesetEnforcement } from '../api/index.js';
import type { Reason } from '../catalog/index.js';
import { unmatchedExemptions, type PlanItem } from '../governance/index.js';
import {
  protectionOf,
  stillHeld,
  type ActResult,
  type PassOutcome,
  type Protection,
  type RollbackOutcome,
  type PassObservation,
} from '../reconciler/index.js';
import { reportedLooks, reportedSummaries, type ReportedLooks, type ReportedSummaries } from './checklists.js';
import { reportedIssues, type ReportedIssues } from './issues.js';
import { demotionsOf } from './demotions.js';

export interface Report extends ReportedSummaries {
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
  ruleset_enforcement: RulesetEnforcement;
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
  /** A rollback that this pass carried out, or worked on: `kept` stayed, and `missing` is not there any more. */
  rollback?: {
    to: { chain: string; sequence: number; time: string };
    applied: boolean;
    kept: { id: number; name: string }[];
    missing: { id: number; name: string }[];
  };
  /** Issues for repository owners; absent where the policy opens none, and of a pass that did not look. */
  issues?: ReportedIssues;
  /** What is wrong with the policy or its ruleset; absent where nothing is. */
  findings?: Reason[];
  /** Present only where the pass failed after it had seen the organization. */
  error?: { code: string; message: string };
}

export interface ReportedRepository extends ReportedLooks {
  name: string;
  id: number;
  status: FindingStatus;
  lifecycles: string[];
  governed: boolean;
  /** Whether a rule of the ruleset is in force on its default branch; null where that is not known, or it is not governed. */
  effective: boolean | null;
  reasons: Reason[];
  /** An exemption decides about it; `status` says what was found all the same. */
  exempted?: true;
}

/** The report, or undefined where the pass saw too little to tell anything true. */
export function complianceReport(outcome: PassOutcome): Report | undefined {
  const { seen, acted, rollback, error } = outcome;
  if (seen === undefined || acted === undefined) return undefined;
  const { spec } = outcome.request.policy;
  const protection = protectionOf(seen, acted, error);
  const { total, production, governed, ungoverned, percentage, exempted } = protection;
  let rows: ReportedRepository[] | undefined;
  const findings = [...policyFindings(outcome, seen), ...rulesetFindings(outcome), ...templateFindings(outcome)];
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
    changes_applied: changes(acted, outcome),
    dry_run: outcome.dryRun,
    complete: seen.complete && !seen.skewed,
    ruleset_enforcement: acted.live.enforcement,
    plan: planOf(acted, rollback?.isApplied === true),
    // Made where somebody reads it: the text for a terminal has no line for each repository.
    get repositories() {
      return (rows ??= repositories(outcome, seen, protection));
    },
    exempted,
    ...(rollback && { rollback: { to: rollback.to, applied: rollback.isApplied, ...kept(rollback) } }),
    ...reportedIssues(outcome),
    ...reportedSummaries(outcome),
    ...(findings.length === 0 ? {} : { findings }),
    ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
  };
}

const kept = ({ kept, missing }: RollbackOutcome): Pick<RollbackOutcome, 'kept' | 'missing'> => ({ kept, missing });

function summary({ findings }: PassObservation): Record<FindingStatus, number> {
  const counts = Object.fromEntries(FINDING_STATUSES.map((status) => [status, 0])) as Record<FindingStatus, number>;
  for (const { status } of findings) counts[status] += 1;
  return counts;
}

function changes({ written, decision }: ActResult, { made }: Pick<PassOutcome, 'made'>): Report['changes_applied'] {
  const withIt = made?.id === undefined ? 0 : made.entered.length;
  const added = (written ? decision.toEnter.length : 0) + withIt;
  const removed = written ? decision.toLeave.length : 0;
  return { repositories_added: added, repositories_removed: removed, total_modifications: added + removed };
}

function planOf(acted: ActResult, isRolledBack: boolean): Report['plan'] {
  const { hash, enter, leave, gone, retain } = acted.decision.plan;
  const hold = stillHeld(acted);
  return {
    hash,
    // Where a rollback was applied, its hold begins after the plan.
    held: hold !== undefined && !isRolledBack,
    hold_reason: hold?.reason ?? null,
    enter,
    leave: [...leave, ...gone].sort(byName),
    retain,
  };
}

function repositories(
  outcome: PassOutcome,
  { findings }: PassObservation,
  { protectedIDs }: Protection,
): ReportedRepository[] {
  const demoted = new Map(demotionsOf(outcome).map(({ id, finding }) => [id, finding]));
  return [...findings].sort(byName).map(({ id, name, status, lifecycles, reasons, exemption }) => ({
    name,
    id,
    status,
    lifecycles,
    governed: protectedIDs.has(id),
    effective: outcome.effective?.states.get(id) ?? null,
    // What is wrong with its file comes first.
    reasons: [...reasons, ...[demoted.get(id) ?? []].flat()],
    ...(exemption === undefined ? {} : { exempted: true }),
    ...reportedLooks(outcome, id),
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

/** What has no rules cannot be checked for them, and nobody may take that for a check that found nothing wrong. */
function rulesetFindings({ acted, request }: PassOutcome): Reason[] {
  const { ruleset } = request.policy.spec;
  if (acted === undefined || acted.live.rules > 0 || durationMs(ruleset.verify.interval) === 0) return [];
  return [
    {
      severity: 'warning',
      code: 'ruleset-without-rules',
      file: 'spec.ruleset.name',
      ...{ line: 1, column: 1 },
      found: `the ruleset ${JSON.stringify(ruleset.name)}, which has no rules: whether they are in force is not checked`,
      expected: 'at least one rule',
      fix: 'give it rules on GitHub',
    },
  ];
}

/** A dry run shows what would be made; what differs is told, and never corrected. */
function templateFindings({ made, dryRun, request, status }: PassOutcome): Reason[] {
  const { name } = request.policy.spec.ruleset;
  const of = { severity: 'warning' as const, file: 'spec.ruleset.template', line: 1, column: 1 };
  const { templateDifferences: parts = [] } = status;
  if (made !== undefined && dryRun) {
    const how = made.enforcement === 'active' ? 'Active' : 'Evaluate, or Active where the plan has no Evaluate';
    const would = `it would be made in ${how}, with ${made.entered.length} repositories`;
    return [
      {
        ...{ ...of, code: 'ruleset-to-make', found: `no ruleset ${JSON.stringify(name)}: ${would}` },
        expected: 'a ruleset of that name',
        fix: 'nothing to do: a run that writes makes it where two listings in a row lack it',
      },
    ];
  }
  if (parts.length === 0) return [];
  return [
    {
      ...{
        ...of,
        code: 'template-differs',
        found: `the ruleset ${JSON.stringify(name)} with other ${parts.join(', ')}`,
      },
      expected: 'a ruleset as the template says',
      fix: 'change it on GitHub, or the template; Plus1 leaves both as they are',
    },
  ];
}

/** By code units, as everywhere: two machines print the same report. */
function byName(a: { name: string; id: number }, b: { name: string; id: number }): number {
  if (a.name === b.name) return a.id - b.id;
  return a.name < b.name ? -1 : 1;
}
