/** The status after a pass: what the pass learned, laid over what earlier ones knew. Pure. */
import {
  durationMs,
  FINDING_STATUSES,
  type ComplianceStatus,
  type EntryWindow,
  type ExemptionsStatus,
  type HoldStatus,
  type LastPass,
  type PolicyStatus,
  type TemplatePart,
} from '../../api/index.js';
import { hasCode } from '../../errors/index.js';
import { countingApprovers, exemptionCounts, holdFields, holdTimes, withStart } from '../../governance/index.js';
import { effectiveStatus } from '../effective.js';
import { baselineStatus } from './baseline-met.js';
import { conditionsOf } from './conditions.js';
import { echo, withoutRule } from './idle-status.js';
import { CONTESTED_AFTER, isPutBack } from '../memory/drift.js';
import { contestOf, enforcementOf, recall, rulesetStatus, type Contest } from '../memory/write-mark.js';
import { besideWindow, memoryAfter, openFields, openWrite, writeMoment } from '../memory/open-write.js';
import { stillHeld } from '../held.js';
import { isRulesetMissing, offWithoutSight, protectionOf } from '../protection.js';
import { isInPlace, missingSince } from '../template/missing-ruleset.js';
import { templateDifferences } from '../template/template-body.js';
import { passType } from './result.js';
import type { ActResult, PassOutcome, PassObservation, PassRequest } from '../types.js';

type RollbackMarks = Pick<PolicyStatus, 'lastHandledRollbackTo' | 'rollbackBegunTo'>;

/** Names shown of a hold; the report has them all. */
const MAX_HOLD_NAMES = 50;

/** The whole new status; fields the pass learned nothing of stay as they were. */
export function nextStatus(outcome: Omit<PassOutcome, 'status'>): PolicyStatus {
  const { seen, acted } = outcome;
  const { status: previous } = outcome.request;
  const { generation } = outcome.request.policy.metadata;
  const compliance = complianceStatus(outcome, previous);
  const {
    exemptions: before,
    effective: _effective,
    workflows: workflowsBefore,
    baseline: baselineBefore,
    egress: egressBefore,
    issues: issuesBefore,
    lastHandledRollbackTo,
    rollbackBegunTo,
    effectiveInterval: _stretched,
    ownedRulesets: ownedBefore = [],
    rulesetMissingTime,
    templateDifferences: differencesBefore = [],
    ...memory
  } = acted === undefined ? undecided(outcome) : afterAct(acted, { previous, seen }, outcome);
  const exemptions = exemptionsStatus(outcome, before);
  // An intent of the pass may be older than what was made after it.
  const owned = outcome.owned ?? ownedBefore;
  const effective = outcome.effective === undefined ? previous.effective : effectiveStatus(outcome.effective);
  return {
    ...memory,
    ...(exemptions && { exemptions }),
    ...(effective && { effective }),
    ...(owned.length > 0 && { ownedRulesets: [...owned] }),
    ...templateStatus(outcome, { rulesetMissingTime, differences: differencesBefore }),
    ...workflowsStatus(outcome, workflowsBefore),
    ...baselineStatus(outcome, baselineBefore),
    ...inputsStatus(outcome, egressBefore),
    ...issuesStatus(outcome, issuesBefore),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    conditions: conditionsOf(outcome, previous, compliance),
    ...(seen === undefined ? {} : observedFields(seen, outcome.request)),
    ...(compliance === undefined ? {} : { compliance }),
    lastPass: lastPass(outcome),
    ...echo(outcome.request.reconcileAt),
    ...rollbackMarks(outcome, { lastHandledRollbackTo, rollbackBegunTo }),
    ...times(outcome),
  };
}

/** What the template of the ruleset has to do with what was found. A pass that did not see the ruleset leaves it as it was. */
function templateStatus(
  { request, ruleset, acted, error, endMs }: Omit<PassOutcome, 'status'>,
  before: { rulesetMissingTime: string | undefined; differences: readonly TemplatePart[] },
): Pick<PolicyStatus, 'rulesetMissingTime' | 'templateDifferences'> {
  const { spec } = request.policy;
  const { template } = spec.ruleset;
  if (template === undefined) return {};
  const live = acted?.live ?? ruleset;
  const isFound = ruleset !== undefined && !isRulesetMissing(error);
  const missing = missingSince(before.rulesetMissingTime, { spec, error, isFound, endMs });
  const isThere = live !== undefined && !isInPlace(live);
  const differences = !isThere ? before.differences : templateDifferences(template, live);
  return {
    ...(missing !== undefined && { rulesetMissingTime: missing }),
    ...(differences.length > 0 && { templateDifferences: [...differences] }),
  };
}

/** A pass that did not look leaves it as it was. */
function workflowsStatus(
  { request, workflows }: Omit<PassOutcome, 'status'>,
  before: PolicyStatus['workflows'],
): Pick<PolicyStatus, 'workflows'> {
  if (!request.policy.spec.workflows.enabled) return {};
  const known = workflows === undefined ? before : { jobs: workflows.jobs, filesUnreadable: workflows.filesUnreadable };
  return known === undefined ? {} : { workflows: known };
}

/** A pass that did not look leaves it as it was. */
function issuesStatus(
  { request, issues }: Omit<PassOutcome, 'status'>,
  before: PolicyStatus['issues'],
): Pick<PolicyStatus, 'issues'> {
  if (request.policy.spec.issues.mode === 'Off') return {};
  if (issues === undefined) return before === undefined ? {} : { issues: before };
  const { open, opened, closed, snoozed } = issues;
  return { issues: { open, opened, closed, snoozed } };
}

/** Fields of kinds that are inputs of passes. A pass in which none was handled leaves them as they were. */
function inputsStatus(
  { inputs }: Omit<PassOutcome, 'status'>,
  before: PolicyStatus['egress'],
): Pick<PolicyStatus, 'egress'> {
  const egress = inputs !== undefined && 'egress' in inputs.policy ? inputs.policy.egress : before;
  return egress === undefined ? {} : { egress };
}

/** A rollback that is not asked for any more was released: the same one may be asked for again. One that goes on does so until then. */
function rollbackMarks(
  { request, rollback }: Omit<PassOutcome, 'status'>,
  { lastHandledRollbackTo, rollbackBegunTo }: { [Mark in keyof RollbackMarks]: RollbackMarks[Mark] | undefined },
): RollbackMarks {
  if (request.rollback === undefined) return {};
  if (rollback?.isApplied === true) return { lastHandledRollbackTo: request.rollback.to };
  return {
    ...(lastHandledRollbackTo !== undefined && { lastHandledRollbackTo }),
    ...(rollbackBegunTo !== undefined && { rollbackBegunTo }),
  };
}

/** A time that is not trusted says nothing of what has ended. */
function exemptionsStatus(
  { request, seen, startMs }: Omit<PassOutcome, 'status'>,
  before: ExemptionsStatus | undefined,
): ExemptionsStatus | undefined {
  const { exemptions = [] } = request.policy.spec;
  if (exemptions.length === 0) return undefined;
  return seen?.skewed === true && before !== undefined ? before : exemptionCounts(exemptions, startMs);
}

function times({
  nextPassMs,
  effectiveInterval,
  seen,
  isQuick,
  error,
  endMs,
}: Omit<PassOutcome, 'status'>): Partial<PolicyStatus> {
  return {
    ...(effectiveInterval && { effectiveInterval }),
    ...(nextPassMs === undefined ? {} : { nextPassTime: iso(nextPassMs) }),
    ...(seen?.complete === true && isQuick !== true && error === undefined ? { lastSyncTime: iso(endMs) } : {}),
  };
}

/**
 * What a pass that came to no decision leaves of the memory. Of the ruleset, as the last pass left it, the enforcement is told as
 * it was last read: who reads `Active` must be able to rely on it while passes fail.
 */
function undecided({ request, ruleset: read, error }: Omit<PassOutcome, 'status'>): PolicyStatus {
  const { status } = request;
  if (hasCode(error, 'PLUS1_POLICY_CONFLICT')) return withoutRule(status);
  if (read === undefined || status.ruleset?.id !== read.id) return status;
  return { ...status, ruleset: { ...status.ruleset, enforcement: enforcementOf(read) } };
}

function observedFields(
  seen: PassObservation,
  { secretName, backup }: Pick<PassRequest, 'secretName' | 'backup'>,
): Partial<PolicyStatus> {
  const counts = FINDING_STATUSES.map((status) => ({
    status,
    count: seen.findings.filter((finding) => finding.status === status).length,
  }));
  const credentials = {
    ...seen.credential,
    ...(secretName === undefined ? {} : { secretName }),
    ...(backup && { backup: true }),
  };
  return { organizationID: seen.organization.id, credentials, findings: counts.filter(({ count }) => count > 0) };
}

interface Before {
  previous: PolicyStatus;
  seen: PassObservation | undefined;
}

/** Memory after a decision: clocks, window, hold, and the mark of an act without outcome. */
function afterAct(acted: ActResult, { previous, seen }: Before, outcome: Omit<PassOutcome, 'status'>): PolicyStatus {
  const { startMs, endMs, request } = outcome;
  const { pending, intended } = acted;
  const isTimed = seen?.skewed !== true;
  const ruleset = rulesetStatus(acted.live, contestAfter(acted, { previous, seen }, outcome));
  // A PUT that nobody knows the outcome of keeps the intent: its mark, its clocks and its count.
  if (pending) return { ...(intended ?? previous), ruleset };
  const { window: _window, leaving: _leaving, hold: _hold, pendingWrite: _pendingWrite, ...memory } = previous;
  const { entryWindow: _entryWindow, ...rest } = memory;
  const { entries, ...counts } = counted(acted, { previous, seen }, { startMs, endMs });
  // With a time or on evidence that is not trusted, or while an earlier write may still be applied, nobody would leave, so that nothing
  // is held: that says nothing of the hold.
  const isKept = !isTimed || acted.stays !== undefined || counts.pendingWrite !== undefined;
  const hold = isKept ? previous.hold : holdStatus(acted, outcome);
  const isLimited = request.policy.spec.guards.maxEntering !== undefined;
  return { ...rest, ruleset, ...counts, ...(hold && { hold }), ...(isLimited && entries && { entryWindow: entries }) };
}

/** The time of a contest runs from the last pass that found something put back. */
function contestAfter(
  acted: ActResult,
  { previous, seen }: Before,
  { startMs, endMs, request }: Pick<PassOutcome, 'startMs' | 'endMs' | 'request'>,
): Contest {
  const { undone, untilMs } = contestOf(previous, acted.live, seen?.lastWrite, writeMoment({ acted, seen, startMs }));
  if (undone < CONTESTED_AFTER) return { undone };
  const latestMs = endMs + durationMs(request.policy.spec.guards.window);
  if (isPutBack(seen?.lastWrite ?? {})) return { undone, untilMs: latestMs };
  // One from a future that the clock no longer knows counts from now.
  return { undone, ...(untilMs !== undefined && { untilMs: Math.min(untilMs, latestMs) }) };
}

/** Clocks and window, and what goes on of a write that may still be applied. */
function counted(
  { decision, written, intended, live, pending }: ActResult,
  { previous, seen }: Before,
  { startMs, endMs }: Pick<PassOutcome, 'startMs' | 'endMs'>,
): Pick<PolicyStatus, 'leaving' | 'window' | 'pendingWrite'> & { entries?: EntryWindow | undefined } {
  const isTimed = seen?.skewed !== true;
  const clocks = written ? decision.clocks : decision.plan.clocks.filter(({ id }) => live.members.has(id));
  const basis = besideWindow(memoryAfter({ intended, written }, previous), written ? decision.entryWindow : undefined);
  const moment = writeMoment({ acted: { decision, written, live, pending }, seen, startMs });
  const open = openWrite(basis, live, moment);
  // One that was looked for and not found, or applied in part: those who did leave or enter by it are counted.
  const memory = recall(basis, live, moment);
  const entries = written ? decision.entryWindow : memory.entryWindow;
  if (open !== undefined)
    return { entries, ...openFields(basis, { ...decision, clocks }, open, isTimed ? endMs : undefined) };
  const rest = memory.window;
  const window = written ? decision.window : isTimed ? withStart(rest, decision.plan.seenMs) : rest;
  return { entries, leaving: clocks, ...(window && { window }) };
}

/**
 * The hold as it goes on, or begins. Another hash, or another reason, is the same hold: it ends with the first plan of which nothing
 * is held. What only observes, and a dry run, holds nothing back.
 */
function holdStatus(
  acted: ActResult,
  { request, dryRun, startMs, endMs, earlierEndMs = endMs, approvals = [] }: Omit<PassOutcome, 'status'>,
): HoldStatus | undefined {
  const held = stillHeld(acted);
  const { mode, guards } = request.policy.spec;
  if (held === undefined || mode === 'Observe' || dryRun) return undefined;
  const timeoutMs = durationMs(guards.approval.timeout);
  const times = holdTimes(request.status.hold, { timeoutMs, now: startMs });
  const { plan, reason } = held;
  const items = [...plan.leaving, ...plan.entering];
  return {
    planHash: plan.hash,
    reason,
    // By the clock that is behind: an approval that is dated by a right one must not seem older than the hold.
    ...holdFields(times, { timeoutMs, beginMs: earlierEndMs }),
    count: items.length,
    repositories: items.slice(0, MAX_HOLD_NAMES).map(({ name }) => name),
    approvals: countingApprovers(approvals),
  };
}

/** Undefined where the pass learned nothing about it: then what was last seen stays. */
function complianceStatus(
  outcome: Omit<PassOutcome, 'status'>,
  { compliance: before }: PolicyStatus,
): ComplianceStatus | undefined {
  const { seen, acted, error, endMs } = outcome;
  const since = before?.ungovernedSince ?? iso(endMs);
  if (seen !== undefined && acted !== undefined) return counts(protectionOf(seen, acted, error), since);
  // Nobody was counted, but nobody is protected either: the last production count stands, ungoverned.
  const isOff = isRulesetMissing(error) || offWithoutSight(outcome) !== undefined;
  if (!isOff || before === undefined) return undefined;
  return counts({ ...before, exempted: before.exempted ?? 0, governed: 0, ungoverned: before.production }, since);
}

function counts(
  {
    total,
    production,
    governed,
    ungoverned,
    exempted,
  }: Omit<Required<ComplianceStatus>, 'summary' | 'ungovernedSince'>,
  since: string,
): ComplianceStatus {
  return {
    summary: `${governed}/${production}`,
    total,
    production,
    governed,
    ungoverned,
    ...(ungoverned > 0 ? { ungovernedSince: since } : {}),
    ...(exempted > 0 ? { exempted } : {}),
  };
}

function lastPass(outcome: Omit<PassOutcome, 'status'>): LastPass {
  const { acted } = outcome;
  return {
    type: passType(outcome),
    result: outcome.result,
    startTime: iso(outcome.startMs),
    completionTime: iso(outcome.endMs),
    reconcileID: outcome.request.reconcileID,
    entered: (acted?.written === true ? acted.decision.toEnter.length : 0) + enteredByMaking(outcome),
    left: acted?.written === true ? acted.decision.toLeave.length : 0,
    retained: acted?.decision.plan.retain.length ?? 0,
  };
}

/** A dry run made nothing. */
const enteredByMaking = ({ made }: Pick<PassOutcome, 'made'>): number =>
  made?.id === undefined ? 0 : made.entered.length;

const iso = (ms: number): string => new Date(ms).toISOString();
