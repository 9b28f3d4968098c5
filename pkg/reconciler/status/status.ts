/** The status after a pass: what the pass learned, laid over what earlier ones knew. Pure. */
import {
  durationMs,
  FINDING_STATUSES,
  type ComplianceStatus,
  type ExemptionsStatus,
  type HoldStatus,
  type LastPass,
  type PolicyStatus,
} from '../../api/index.js';
import { hasCode } from '../../errors/index.js';
import { countingApprovers, exemptionCounts, holdFields, holdTimes, withStart } from '../../governance/index.js';
import { conditionsOf } from './conditions.js';
import { echo, withoutRule } from './idle-status.js';
import { enforcementOf, recall, rulesetStatus, undonePasses } from '../memory/write-mark.js';
import { memoryAfter, openFields, openWrite, writeMoment } from '../memory/open-write.js';
import { isRulesetMissing, offWithoutSight, protectionOf } from '../protection.js';
import type { ActResult, PassOutcome, PassObservation } from '../types.js';

/** Names shown of a hold; the report has them all. */
const MAX_HOLD_NAMES = 50;

/** The whole new status; fields the pass learned nothing of stay as they were. */
export function nextStatus(outcome: Omit<PassOutcome, 'status'>): PolicyStatus {
  const { seen, acted } = outcome;
  const { status: previous } = outcome.request;
  const { generation } = outcome.request.policy.metadata;
  const compliance = complianceStatus(outcome, previous);
  const { exemptions: before, ...memory } =
    acted === undefined ? undecided(outcome) : afterAct(acted, { previous, seen }, outcome);
  const exemptions = exemptionsStatus(outcome, before);
  return {
    ...memory,
    ...(exemptions && { exemptions }),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    conditions: conditionsOf(outcome, previous, compliance),
    ...(seen === undefined ? {} : observedFields(seen, outcome.request.secretName)),
    ...(compliance === undefined ? {} : { compliance }),
    lastPass: lastPass(outcome),
    ...echo(outcome.request.reconcileAt),
    ...times(outcome),
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

function times({ nextPassMs, seen, error, endMs }: Omit<PassOutcome, 'status'>): Partial<PolicyStatus> {
  return {
    ...(nextPassMs === undefined ? {} : { nextPassTime: iso(nextPassMs) }),
    ...(seen?.complete === true && error === undefined ? { lastSyncTime: iso(endMs) } : {}),
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

function observedFields(seen: PassObservation, secretName: string | undefined): Partial<PolicyStatus> {
  const counts = FINDING_STATUSES.map((status) => ({
    status,
    count: seen.findings.filter((finding) => finding.status === status).length,
  }));
  const credentials = { ...seen.credential, ...(secretName === undefined ? {} : { secretName }) };
  return { organizationID: seen.organization.id, credentials, findings: counts.filter(({ count }) => count > 0) };
}

interface Before {
  previous: PolicyStatus;
  seen: PassObservation | undefined;
}

/** Memory after a decision: clocks, window, hold, and the mark of an act without outcome. */
function afterAct(acted: ActResult, { previous, seen }: Before, outcome: Omit<PassOutcome, 'status'>): PolicyStatus {
  const { startMs, endMs, request } = outcome;
  const { pending, intended, written } = acted;
  const isTimed = seen?.skewed !== true;
  const ruleset = rulesetStatus(acted.live, undonePasses(previous, acted.live, seen?.lastWrite));
  // A PUT that nobody knows the outcome of keeps the intent: its mark, its clocks and its count.
  if (pending) return { ...(intended ?? previous), ruleset };
  const { window: _window, leaving: _leaving, hold: _hold, pendingWrite: _pendingWrite, ...memory } = previous;
  const { entryWindow, ...rest } = memory;
  const counts = counted(acted, { previous, seen }, { startMs, endMs });
  // With a time that is not trusted, or while an earlier write may still be applied, nobody would leave, so that nothing is held:
  // that says nothing of the hold.
  const isKept = !isTimed || counts.pendingWrite !== undefined;
  const hold = isKept ? previous.hold : holdStatus(acted, outcome);
  const entries = written ? acted.decision.entryWindow : entryWindow;
  const isLimited = request.policy.spec.guards.maxEntering !== undefined;
  return { ...rest, ruleset, ...counts, ...(hold && { hold }), ...(isLimited && entries && { entryWindow: entries }) };
}

/** Clocks and window, and what goes on of a write that may still be applied. */
function counted(
  { decision, written, intended, live, pending }: ActResult,
  { previous, seen }: Before,
  { startMs, endMs }: Pick<PassOutcome, 'startMs' | 'endMs'>,
): Pick<PolicyStatus, 'leaving' | 'window' | 'pendingWrite'> {
  const isTimed = seen?.skewed !== true;
  const clocks = written ? decision.clocks : decision.plan.clocks.filter(({ id }) => live.members.has(id));
  const basis = memoryAfter({ intended, written }, previous);
  const moment = writeMoment({ acted: { decision, written, live, pending }, seen, startMs });
  const open = openWrite(basis, live, moment);
  if (open !== undefined) return openFields(basis, { ...decision, clocks }, open, isTimed ? endMs : undefined);
  // One that was looked for and not found, or applied in part: those who did leave by it are counted.
  const rest = recall(basis, live, moment).window;
  const window = written ? decision.window : isTimed ? withStart(rest, decision.plan.seenMs) : rest;
  return { leaving: clocks, ...(window && { window }) };
}

/**
 * The hold as it goes on, or begins. Another hash, or another reason, is the same hold: it ends with the first plan of which nothing
 * is held. What only observes, and a dry run, holds nothing back.
 */
function holdStatus(
  { decision, written }: ActResult,
  { request, dryRun, startMs, endMs, approvals = [] }: Omit<PassOutcome, 'status'>,
): HoldStatus | undefined {
  const { hold, held, plan } = decision;
  const { mode, guards } = request.policy.spec;
  if (hold === undefined || held === undefined || mode === 'Observe' || dryRun) return undefined;
  const timeoutMs = durationMs(guards.approval.timeout);
  const times = holdTimes(request.status.hold, { timeoutMs, now: startMs });
  const items = [...held.leaving, ...held.entering];
  return {
    // What was released and written is in no later plan.
    planHash: written ? held.hash : plan.hash,
    reason: hold.reason,
    ...holdFields(times, { timeoutMs, beginMs: endMs }),
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
    type: 'Full',
    result: outcome.result,
    startTime: iso(outcome.startMs),
    completionTime: iso(outcome.endMs),
    reconcileID: outcome.request.reconcileID,
    entered: acted?.written === true ? acted.decision.toEnter.length : 0,
    left: acted?.written === true ? acted.decision.toLeave.length : 0,
    retained: acted?.decision.plan.retain.length ?? 0,
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();
