/** The condition Compliant: whether all of production is governed, as far as that is known now. */
import type { Condition, ConditionReason, LiveRuleset, PolicyStatus, Targeting } from '../../api/index.js';
import { enforcement, isProduction, type Coverage } from '../../governance/index.js';
import { ineffectiveNames } from '../effective.js';
import { isRulesetMissing, isRulesetUncountable, offWithoutSight } from '../protection.js';
import type { ActResult, PassObservation, PassOutcome } from '../types.js';
import { barredText } from './barred-message.js';
import { someOf, type ConditionDraft } from './condition-draft.js';

export function compliant(
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
  return [`No rule of the ruleset is in force on the default branch of ${someOf(names)}, though it targets them`];
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
