/** The checklist of one repository after a pass: what was asked in it, over what earlier passes left. Pure. */
import type { BaselineCheck } from '../../api/index.js';
import {
  judgeBaseline,
  type Answer,
  type BaselineSettings,
  type CheckResult,
  type PropertiesSeen,
  type ScanSeen,
  type Sight,
  type WorkflowsSeen,
} from '../../baseline/index.js';
import type { BranchSight } from '../../github/index.js';
import type { CheckedScan } from './baseline-index.js';

/** What this pass asked of one repository; what it did not ask is absent. */
export interface Fresh {
  branch?: BranchSight | undefined;
  properties?: Answer<PropertiesSeen> | undefined;
  scan?: Answer<ScanSeen> | undefined;
}

const BY_BRANCH: ReadonlySet<BaselineCheck> = new Set([
  ...(['securityWorkflow', 'rulesetsInherited', 'codeowners', 'branchProtection'] as const),
]);

const NOT_YET = (what: string): Answer<never> => ({ unknown: `${what} not asked about yet`, again: true });

/**
 * One result for each check. A pass of an earlier scan is judged again, since it ages. Undefined where the branch was never asked about:
 * then nothing is said at all.
 */
export function checksAfter(
  { branch, properties, scan }: Fresh,
  kept: { checks: readonly CheckResult[]; scan?: CheckedScan | undefined },
  { workflows, settings, nowMs }: { workflows: Answer<WorkflowsSeen>; settings: BaselineSettings; nowMs: number },
): CheckResult[] | undefined {
  const before = new Map(kept.checks.map((check) => [check.name, check]));
  if (branch === undefined && before.size === 0) return undefined;
  const aged: Answer<ScanSeen> | undefined =
    before.get('securityScan')?.result === 'pass' && kept.scan !== undefined
      ? { seen: { newest: new Map(kept.scan.newest), isWhole: true } }
      : undefined;
  const sight: Sight = {
    ...(branch ?? UNASKED),
    workflows,
    properties: properties ?? NOT_YET('custom properties were'),
    scan: scan ?? aged ?? NOT_YET('code scanning was'),
  };
  const isFresh = (name: BaselineCheck): boolean => {
    if (BY_BRANCH.has(name)) return branch !== undefined;
    return name === 'customProperties' ? properties !== undefined : scan !== undefined || aged !== undefined;
  };
  return judgeBaseline(sight, settings, nowMs).map((check) =>
    isFresh(check.name) ? check : (before.get(check.name) ?? check),
  );
}

const UNASKED: BranchSight = {
  ...{ rules: NOT_YET('rules were'), classic: NOT_YET('a classic protection was') },
  ...{ codeowners: NOT_YET('CODEOWNERS was'), codeownersErrors: NOT_YET('CODEOWNERS was') },
};

/** Whether the next pass may get an answer that this one did not. */
export const isPassing = ({ rules, classic, codeowners, codeownersErrors }: BranchSight): boolean =>
  [rules, classic, codeowners, codeownersErrors].some((answer) => 'again' in answer);

/** GitHub may hide files without a word from a credential that may not read them. */
const ASK_AGAIN =
  'wait: a later pass asks again; where this stays, grant the credential Repository permissions > Contents: Read-only';

/** What the index of workflow files has of the repository at its head commit. */
export const workflowsOf = (
  digest: { head: string; seen?: WorkflowsSeen } | undefined,
  head: string | undefined,
): Answer<WorkflowsSeen> =>
  digest?.seen === undefined || digest.head !== head
    ? { unknown: 'its workflow files were not read yet', fix: ASK_AGAIN, again: true }
    : { seen: digest.seen };
