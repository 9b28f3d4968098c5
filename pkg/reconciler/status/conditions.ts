/**
 * Conditions from an outcome, in one place: the order of precedence and the words are decided here and nowhere else.
 * kstatus: Ready and Compliant always, Reconciling, Stalled and Held only while True; times move only with the status.
 */
import {
  MAX_CONDITION_MESSAGE_CHARACTERS,
  type Condition,
  type ConditionReason,
  type ConditionType,
  type LiveRuleset,
  type PolicyStatus,
  type Targeting,
} from '../../api/index.js';
import { enforcement, isProduction, type Coverage } from '../../governance/index.js';
import { CATALOGUE, errorText, hasCode, Plus1Error } from '../../errors/index.js';
import { cut, printable } from '../../text/index.js';
import { ineffectiveNames } from '../effective.js';
import { openAfter } from '../memory/open-write.js';
import { stillHeld } from '../held.js';
import { barredText } from './barred-message.js';
import { baselineMet } from './baseline-met.js';
import { hardened } from './hardened.js';
import { heldText } from './held-text.js';
import { retainedText } from './retained-message.js';
import { isRulesetMissing, isRulesetUncountable, offWithoutSight } from '../protection.js';
import type { ActResult, PassOutcome, PassObservation } from '../types.js';

/** Fixed, because a list in another order is another write to the API server. */
const ORDER: readonly ConditionType[] = [
  ...([
    'Stalled',
    'Reconciling',
    'Ready',
    'Compliant',
    'WorkflowsHardened',
    'BaselineMet',
    'Held',
    'NotificationsFailing',
  ] as const),
];

/** A condition before its times. */
export interface ConditionDraft {
  type: ConditionType;
  status: Condition['status'];
  reason: ConditionReason;
  message: string;
}

/** The whole condition list after a pass. */
export function conditionsOf(
  outcome: Omit<PassOutcome, 'status'>,
  previous: PolicyStatus,
  compliance: PolicyStatus['compliance'],
): Condition[] {
  const stated = [
    ...readiness(outcome),
    compliant(outcome, previous, compliance),
    ...hardened(outcome, previous),
    ...baselineMet(outcome, previous),
    ...held(outcome, previous),
  ];
  return withTimes(
    stated,
    previous.conditions ?? [],
    outcome.request.policy.metadata.generation ?? 1,
    new Date(outcome.endMs).toISOString(),
  );
}

/** Puts observed generation and transition times on, and sorts. */
export function withTimes(
  stated: readonly ConditionDraft[],
  previous: readonly Condition[],
  observedGeneration: number,
  now: string,
): Condition[] {
  return [...stated]
    .sort((a, b) => ORDER.indexOf(a.type) - ORDER.indexOf(b.type))
    .map((condition) => {
      const before = previous.find(({ type }) => type === condition.type);
      const lastTransitionTime = before?.status === condition.status ? before.lastTransitionTime : now;
      // The API server would refuse the whole status, and with it the memory of the next pass.
      const message = cut(printable(condition.message), MAX_CONDITION_MESSAGE_CHARACTERS);
      return { ...condition, message, observedGeneration, lastTransitionTime };
    });
}

function readiness(outcome: Omit<PassOutcome, 'status'>): ConditionDraft[] {
  const { error, seen, acted } = outcome;
  switch (outcome.result) {
    case 'Failed':
      return failed(error ?? new Plus1Error('PLUS1_INTERNAL', 'the pass failed'));
    case 'Incomplete':
      return failedSoftly('Incomplete', seen?.complete === true ? OTHER_TIME : incompleteText(seen));
    case 'Observed':
      return [ready('True', 'Observed', observedText(acted, stayText(outcome)))];
    case 'Held':
      return [ready('False', 'Held', holdText(outcome) ?? 'A guard holds the plan')];
    case 'Succeeded': {
      const stay = restText(outcome);
      // Also while an earlier write is open: this is what was just read, and `pendingWrite` and the message name the write. After
      // each process that died before its PUT the policy would otherwise be not ready for minutes, though all is in place.
      return [ready('True', 'Converged', stay === undefined ? AS_IT_SHOULD_BE : `Nothing to write; ${stay}`)];
    }
  }
}

function holdText(outcome: Omit<PassOutcome, 'status'>): string | undefined {
  const hold = outcome.acted && stillHeld(outcome.acted);
  return hold && heldText(hold, outcome);
}

const OTHER_TIME = "The local clock and GitHub's differ by more than 5 minutes; nobody leaves until they agree";

/** Without its time: until then it would be another message in each pass whose clock is not trusted. */
const OPEN =
  'nobody leaves until an earlier write is settled: it has no known outcome since status.pendingWrite.startTime, and GitHub may still apply it';

/** What is not as the files say, though there is nothing to write. */
function restText(outcome: Omit<PassOutcome, 'status'>): string | undefined {
  const parts = [stayText(outcome), outcome.acted && barredText(outcome.acted.decision)];
  return parts.some((part) => part !== undefined) ? parts.filter((part) => part !== undefined).join('; ') : undefined;
}

/** Why members stay that are not in production, and why nobody else leaves either. */
function stayText(outcome: Omit<PassOutcome, 'status'>): string | undefined {
  const { seen, acted, request, startMs } = outcome;
  const open = openAfter(outcome);
  const retained = seen && acted && retainedText(seen, acted, { spec: request.policy.spec, open: open && startMs });
  if (open === undefined) return retained;
  return [...(retained === undefined ? [] : [retained]), OPEN].join('; ');
}

/** Names in a message; the report has them all. */
const MAX_NAMES = 10;

/** How much of the organization stayed unknown, and of whom the name is known at least: the next step is to look at them. */
function incompleteText(seen: PassObservation | undefined): string {
  const head = 'GitHub did not answer for every repository; nothing unknown was taken away';
  if (seen === undefined) return head;
  const names = seen.findings.filter(({ status }) => status === 'unobserved').map(({ name }) => name);
  const lookedFor = seen.absent
    .filter(({ fate }) => fate === 'unknown')
    .map(({ id, name }) => name ?? `repository ${id}`);
  const unlisted = seen.absent
    .filter(({ fate }) => fate === 'unseen')
    .map(({ id, name }) => name ?? `repository ${id}`);
  const missing = seen.totalCount - seen.findings.length;
  const parts = [
    missing > 0 ? `${missing} of ${seen.totalCount} rows of the listing came empty or not at all` : '',
    names.length > 0 ? `not read: ${some(names)}` : '',
    lookedFor.length > 0 ? `not listed and not found out about: ${some(lookedFor)}` : '',
    unlisted.length > 0
      ? `the listing lacks repositories, among them these, which a look-up found: ${some(unlisted)}`
      : '',
  ].filter(Boolean);
  return [head, ...parts].join('; ');
}

function some(names: readonly string[]): string {
  const shown = [...names].sort().slice(0, MAX_NAMES);
  return shown.join(', ') + (names.length > shown.length ? ` and ${names.length - shown.length} more` : '');
}

const AS_IT_SHOULD_BE = 'The ruleset targets exactly what the catalogue files and the policy say';

/** What the pass would have done. */
function observedText(acted: ActResult | undefined, retained: string | undefined): string {
  const { plan, toEnter: entered, toLeave: left } = acted?.decision ?? { toEnter: [], toLeave: [] };
  const held = plan === undefined ? 0 : plan.leave.length + plan.gone.length - left.length;
  const named = (items: readonly { name: string }[]): string => ` (${some(items.map(({ name }) => name))})`;
  const parts = [
    { count: entered.length, would: `would enter${named(entered)}` },
    { count: left.length, would: `would leave${named(left)}` },
    { count: held, would: 'would be held by a guard' },
  ].filter(({ count }) => count > 0);
  const would = parts.map(({ count, would }) => `${count} ${would}`).join(', ') || 'nothing would enter or leave';
  return [`Observed; the plan is not applied: ${would}`, ...(retained === undefined ? [] : [retained])].join('; ');
}

/** A failure: stalled where only a person can fix it, else tried again. */
export function failed(error: Plus1Error): ConditionDraft[] {
  const message = messageOf(error);
  const forPeople = error.class === 'configuration' || error.class === 'usage';
  if (!forPeople) return failedSoftly(error.reason, message);
  return [ready('False', error.reason, message), { type: 'Stalled', status: 'True', reason: error.reason, message }];
}

/** How much is left of a limit, and until when to wait, would make another message of each pass; `nextPassTime` has the time. */
function messageOf(error: Plus1Error): string {
  const { code, retryAt } = error;
  if (retryAt === undefined) return errorText(error);
  return errorText({ code, message: CATALOGUE[code].meaning, fix: 'wait until status.nextPassTime' });
}

function failedSoftly(reason: ConditionReason, message: string): ConditionDraft[] {
  return [
    ready('False', reason, message),
    { type: 'Reconciling', status: 'True', reason: 'ProgressingWithRetry', message },
  ];
}

export const ready = (status: Condition['status'], reason: ConditionReason, message: string): ConditionDraft => ({
  type: 'Ready',
  status,
  reason,
  message,
});

function compliant(
  outcome: Omit<PassOutcome, 'status'>,
  previous: PolicyStatus,
  compliance: PolicyStatus['compliance'],
): ConditionDraft {
  const { seen, acted, error, request } = outcome;
  if (isRulesetMissing(error)) {
    const { name } = request.policy.spec.ruleset;
    return compliantIs('False', 'RulesetNotFound', `There is no ruleset ${JSON.stringify(name)}: it protects nothing`);
  }
  if (isRulesetUncountable(error))
    return compliantIs('Unknown', 'NotObserved', UNCOUNTABLE[request.policy.spec.ruleset.targeting]);
  if (seen === undefined || acted === undefined || compliance === undefined) return withoutSight(outcome, previous);
  const off = notEnforced(seen, acted.live);
  if (off !== undefined) return compliantIs('False', 'RulesetNotEnforced', off);
  const ineffective = ineffectiveText(outcome);
  if (compliance.ungoverned > 0)
    return compliantIs('False', 'Ungoverned', ungovernedText(compliance.summary, ineffective, acted));
  if (ineffective.length > 0) return compliantIs('False', 'Ineffective', ineffective.join());
  const unseen = unseenText(seen, acted);
  if (unseen !== undefined)
    return compliantIs('Unknown', 'NotObserved', `Every production repository that was seen is governed; ${unseen}`);
  if (compliance.production === 0)
    return compliantIs('Unknown', 'NothingInProduction', 'No repository is in production: there is nothing to govern');
  if (isPastItsProof(outcome, previous)) return tooOld();
  return compliantIs('True', 'AllGoverned', 'Every production repository is governed');
}

/** How many are governed, and why others are not, as far as that is for a person to fix. */
function ungovernedText(summary: string, ineffective: readonly string[], { decision }: ActResult): string {
  const barred = barredText(decision);
  const governed = `Governed ${summary} production repositories`;
  return [governed, ...ineffective, ...(barred === undefined ? [] : [barred])].join('; ');
}

/** Why another one may be in production and ungoverned. */
function unseenText(seen: PassObservation, acted: ActResult): string | undefined {
  if (mayHideProduction(seen, acted)) return 'not all were';
  return seen.seesFewer ? 'GitHub has more repositories than this credential sees' : undefined;
}

/** Of members alone: who is none is told as ungoverned. Empty where there is none. */
function ineffectiveText({ effective, seen }: Omit<PassOutcome, 'status'>): string[] {
  const names = effective === undefined || seen === undefined ? [] : ineffectiveNames(effective, seen);
  if (names.length === 0) return [];
  return [`No rule of the ruleset is in force on the default branch of ${some(names)}, though it targets them`];
}

/** A quick pass sees what the lists name: of all others it goes on from the last complete look, whose good sight ends. */
const isPastItsProof = ({ seen, endMs }: Omit<PassOutcome, 'status'>, { lastSyncTime }: PolicyStatus): boolean =>
  seen?.isQuick === true && endMs >= goodUntilMs(lastSyncTime);

/** Of a pass that broke off: what was seen before, but for what it did see. */
function withoutSight(outcome: Omit<PassOutcome, 'status'>, previous: PolicyStatus): ConditionDraft {
  const off = offWithoutSight(outcome);
  if (off !== undefined) return compliantIs('False', 'RulesetNotEnforced', unprotected(off));
  return compliantAsBefore(previous, outcome.endMs);
}

const compliantIs = (status: Condition['status'], reason: ConditionReason, message: string): ConditionDraft => ({
  type: 'Compliant',
  status,
  reason,
  message,
});

/** What the policy asks of the ruleset, where the ruleset is another one. */
const UNCOUNTABLE: Record<Targeting, string> = {
  RepositoryID: 'What the ruleset protects is not known: it does not target by id',
  CustomProperty:
    'What the ruleset protects is not known: it does not target by the property, or there is no such property',
};

/** Something that nobody looked at and that is no member may be in production and ungoverned. */
function mayHideProduction({ findings, absent, totalCount, complete }: PassObservation, { live }: ActResult): boolean {
  if (complete) return false;
  return (
    findings.length < totalCount ||
    absent.some(({ fate }) => fate === 'unseen') ||
    findings.some(({ status, id }) => status === 'unobserved' && !live.members.has(id))
  );
}

/** Longer than this without a complete look, what was good then is not known to be good now. */
const GOOD_FOR_MS = 24 * 3_600_000;

/**
 * What was last seen counts until something else is, but a good sight does not count for ever: where passes fail for long,
 * a policy would say for weeks that all is governed. A bad sight stays until a better one.
 */
export function compliantAsBefore({ conditions, lastSyncTime }: PolicyStatus, nowMs: number): ConditionDraft {
  const before = conditions?.find(({ type }) => type === 'Compliant');
  if (before === undefined) return compliantIs('Unknown', 'NotObserved', 'No pass has seen the organization yet');
  if (before.status !== 'True' || nowMs < goodUntilMs(lastSyncTime)) return before;
  return tooOld();
}

const tooOld = (): ConditionDraft =>
  compliantIs('Unknown', 'NotObserved', 'No complete pass has seen the organization for more than a day');

/** A sight of nobody knows when is good no longer. */
function goodUntilMs(lastSyncTime: string | undefined): number {
  const syncMs = Date.parse(lastSyncTime ?? '');
  return Number.isNaN(syncMs) ? 0 : syncMs + GOOD_FOR_MS;
}

/**
 * When a policy that gets no pass must be looked at again, Unix ms: its `Compliant` is `True` until then, and nothing else
 * would ever change it. Undefined where no good sight has to end.
 */
export function compliantEndsMs({ conditions, lastSyncTime }: PolicyStatus): number | undefined {
  const compliant = conditions?.find(({ type }) => type === 'Compliant');
  return compliant?.status === 'True' ? goodUntilMs(lastSyncTime) : undefined;
}

/** A plan stays held until a pass decides again. */
export function heldAsBefore({ hold, conditions }: PolicyStatus): ConditionDraft[] {
  const before = conditions?.find(({ type }) => type === 'Held');
  return hold === undefined || before === undefined ? [] : [before];
}

const UNPROTECTED: Record<Exclude<Coverage, 'enforced'>, string> = {
  disabled: 'it is disabled',
  evaluate: 'it is only evaluated',
  target_not_branch: 'it does not target branches',
  no_rules: 'it has no rules',
  branch_not_covered: 'its ref_name leaves out the default branch',
};

/** Why the ruleset protects nobody in production at all, or undefined where it protects some default branch of theirs. */
export function notEnforced(
  { findings, branches }: Pick<PassObservation, 'findings' | 'branches'>,
  live: LiveRuleset,
): string | undefined {
  const production = findings.filter(isProduction).map(({ id }) => branches.get(id));
  const judged = new Set(production.length > 0 ? production : branches.values());
  const coverages = [...judged].map((branch) => enforcement(live, branch));
  const [coverage = enforcement(live, undefined)] = coverages;
  if (coverage === 'enforced' || coverages.includes('enforced')) return undefined;
  return unprotected(coverage);
}

const unprotected = (coverage: Exclude<Coverage, 'enforced'>): string =>
  `The ruleset protects nothing: ${UNPROTECTED[coverage]}`;

/** A pass that came to no decision says nothing about the last one's hold. */
function held(outcome: Omit<PassOutcome, 'status'>, previous: PolicyStatus): ConditionDraft[] {
  const { acted, seen, error, request } = outcome;
  // What only observes holds nothing back.
  if (acted !== undefined && request.policy.spec.mode === 'Observe') return [];
  if (acted !== undefined && seen?.skewed === true) return heldAsBefore(previous);
  if (acted === undefined) return hasCode(error, 'PLUS1_POLICY_CONFLICT') ? [] : heldAsBefore(previous);
  const hold = stillHeld(acted);
  if (hold === undefined) return [];
  return [{ type: 'Held', status: 'True', reason: hold.reason, message: heldText(hold, outcome) }];
}
