/** Events of a pass: something changed, or failed to. A quiet pass has none. Pure. */
import { DEFAULT_INTERVAL, EXEMPTED, GONE, type ExitClock, type PolicyStatus } from '../../api/index.js';
import { isProduction, type Finding } from '../../governance/index.js';
import type { PolicyEvent } from '../../policies/index.js';
import { backupMessage, beginsBackup } from '../backup-use.js';
import { endingExemptions, type EndingExemptions } from '../memory/ending-exemptions.js';
import { ineffectiveNames } from '../effective.js';
import type { PassOutcome } from '../types.js';
import { holdEvents } from './hold-events.js';
import { startedBy } from './started-by.js';

/** Names in one event; the report and `plus1 explain` have them all. */
const MAX_NAMES = 10;
/** Characters of a reason that a person gave. */
const MAX_REASON = 200;

/** What is worth an event, given the status before the pass. */
export function eventsOf(outcome: PassOutcome, previous: PolicyStatus): PolicyEvent[] {
  return [
    ...backup(outcome, previous),
    ...stretched(outcome, previous),
    ...made(outcome),
    ...differing(outcome, previous),
    ...written(outcome),
    ...drifted(outcome),
    ...rolledBack(outcome),
    ...holdEvents(outcome, previous),
    ...demoted(outcome, previous),
    ...fell(outcome),
    ...ineffective(outcome, previous),
    ...onboarding(outcome),
    ...endingExemptions(outcome).map(exemptionEvent),
    ...turned(outcome, previous),
  ];
}

/** Once, when it begins. */
function backup({ request, status }: PassOutcome, previous: PolicyStatus): PolicyEvent[] {
  if (request.backup === undefined || !beginsBackup(status, previous)) return [];
  const message = backupMessage(request.backup);
  return [{ type: 'Warning', reason: 'BackupCredential', action: 'Reconcile', message }];
}

/** Once, when it begins. */
function stretched({ request, status: { effectiveInterval } }: PassOutcome, previous: PolicyStatus): PolicyEvent[] {
  if (effectiveInterval === undefined || previous.effectiveInterval !== undefined) return [];
  const { interval = DEFAULT_INTERVAL } = request.policy.spec.schedule;
  const message =
    `Full passes come every ${effectiveInterval} in place of every ${interval}: more would take over half of what GitHub grants ` +
    'the credential in an hour, or what others leave of it';
  return [{ type: 'Warning', reason: 'IntervalStretched', action: 'Reconcile', message }];
}

function made({ made: ruleset, request }: PassOutcome): PolicyEvent[] {
  if (ruleset?.id === undefined) return [];
  const { id, enforcement, entered } = ruleset;
  const who = entered.length > 0 ? `; entered: ${names(entered)}` : '';
  const message = `Made the ruleset ${request.policy.spec.ruleset.name} (${id}, ${enforcement}) from ruleset.template${who}`;
  return [{ type: 'Normal', reason: 'RulesetUpdated', action: 'Write', message }];
}

/** When they begin, and when they are others. */
function differing({ status }: PassOutcome, previous: PolicyStatus): PolicyEvent[] {
  const { templateDifferences: now = [] } = status;
  const isTold = now.join() === (previous.templateDifferences ?? []).join();
  if (now.length === 0 || isTold) return [];
  const message = `The ruleset differs from ruleset.template: ${now.join(', ')}. It is left as it is`;
  return [{ type: 'Warning', reason: 'TemplateDiffers', action: 'Observe', message }];
}

function written({ acted }: PassOutcome): PolicyEvent[] {
  if (acted?.written !== true) return [];
  const { toEnter: entered, toLeave: left } = acted.decision;
  const parts = [
    entered.length > 0 ? `entered: ${names(entered)}` : '',
    left.length > 0 ? `left: ${names(left)}` : '',
  ].filter(Boolean);
  return [{ type: 'Normal', reason: 'RulesetUpdated', action: 'Write', message: parts.join('; ') }];
}

function drifted({ seen, acted }: PassOutcome): PolicyEvent[] {
  if (seen?.drift === undefined) return [];
  const { added, removed } = seen.drift;
  const isCounted = added.length + removed.length > 0;
  const change = isCounted ? `${removed.length} removed and ${added.length} added by someone else` : 'by someone else';
  const reason = acted?.written === true ? 'DriftRepaired' : 'RulesetChanged';
  return [{ type: 'Warning', reason, action: 'Observe', message: `The membership was changed: ${change}` }];
}

/** The hold that begins with it is told in the same sentence. */
function rolledBack({ rollback, request }: PassOutcome): PolicyEvent[] {
  if (rollback?.isApplied !== true) return [];
  const { to, kept, missing } = rollback;
  const parts = [
    `The membership is that after record ${to.sequence} of ${to.chain} (${to.time})`,
    kept.length > 0 ? `stayed: ${names(kept)}` : '',
    missing.length > 0 ? `not there any more: ${names(missing)}` : '',
    request.rollback?.reason === undefined ? '' : `reason: ${request.rollback.reason.slice(0, MAX_REASON)}`,
    'nobody leaves but by an approval until it is released',
  ];
  return [{ type: 'Normal', reason: 'RolledBack', action: 'RollBack', message: parts.filter(Boolean).join('; ') }];
}

/** What started a clock decides when the member leaves, and who is to be asked. */
type ClockKind = 'file' | 'gone' | 'exempted';

const DEMOTIONS: readonly [ClockKind, string][] = [
  ['file', 'No longer in production, leaving after the grace period'],
  ['exempted', 'Released by an exemption of the policy, leaving after the grace period'],
  ['gone', 'No longer found, leaving when a pass an hour later proves it again'],
];

const AT_ONCE = 'No longer in production, left at once';

function kindOf({ reason }: ExitClock): ClockKind {
  return reason === GONE ? 'gone' : reason === EXEMPTED ? 'exempted' : 'file';
}

/** In the pass in which the clock starts, so that who did it can be asked while it still runs. */
function demoted(outcome: PassOutcome, previous: PolicyStatus): PolicyEvent[] {
  const { status, seen } = outcome;
  const keyOf = (clock: ExitClock): string => `${clock.id} ${kindOf(clock)}`;
  const running = new Set(previous.leaving?.map(keyOf));
  const started = (status.leaving ?? []).filter((clock) => !running.has(keyOf(clock)));
  const told = (each: { id: number; name: string; commit?: string; author?: string }): { name: string } => {
    const by = startedBy({ ...each, ...seen?.origins?.get(each.id) });
    return { name: by === '' ? each.name : `${each.name} (${by})` };
  };
  const events = DEMOTIONS.map(([kind, what]) => ({
    what,
    whom: started.filter((clock) => kindOf(clock) === kind).map(kind === 'file' ? told : ({ name }) => ({ name })),
  }));
  return [...events, { what: AT_ONCE, whom: leftAtOnce(outcome, previous).map(told) }]
    .filter(({ whom }) => whom.length > 0)
    .map(({ what, whom }) => ({
      ...{ type: 'Warning', reason: 'RepositoryDemoted', action: 'Classify' },
      message: `${what}: ${names(whom)}`,
    }));
}

/** Without a grace period no clock starts, and the pass that sees it first is the last one. */
function leftAtOnce({ seen, acted }: PassOutcome, { leaving }: PolicyStatus): Finding[] {
  if (acted?.written !== true) return [];
  const clocks = new Set([...(leaving ?? []), ...acted.decision.plan.clocks].map(({ id }) => id));
  const left = new Set(acted.decision.toLeave.map(({ id }) => id));
  return (seen?.findings ?? []).filter(
    ({ id, exemption }) => left.has(id) && !clocks.has(id) && exemption === undefined,
  );
}

/**
 * Production that fell by more than half since the last complete pass: a wrong path, lifecycle or filter, or a catalogue that
 * a script rewrote. Undefined where it did not, or where not all of it was seen, which would only look like a fall.
 */
export function productionFall({ productionBefore, seen }: PassOutcome): { before: number; now: number } | undefined {
  if (productionBefore === undefined || seen?.complete !== true) return undefined;
  const now = seen.findings.filter(isProduction).length;
  return 2 * now < productionBefore ? { before: productionBefore, now } : undefined;
}

function fell(outcome: PassOutcome): PolicyEvent[] {
  const fall = productionFall(outcome);
  if (fall === undefined) return [];
  const message =
    `Production fell from ${fall.before} to ${fall.now} repositories within one pass; ` +
    'look at the paths, the lifecycles and the filter of the policy, and at what changed in the catalogue files';
  return [{ type: 'Warning', reason: 'ProductionFell', action: 'Classify', message }];
}

/** Once: not again until a check found all in force. */
function ineffective({ effective, seen }: PassOutcome, { effective: before }: PolicyStatus): PolicyEvent[] {
  const found = effective === undefined || seen === undefined ? [] : ineffectiveNames(effective, seen);
  if (found.length === 0 || (before?.ineffective ?? 0) > 0) return [];
  const message =
    `The ruleset targets them, and none of its rules is in force on their default branch: ` +
    names(found.map((name) => ({ name })));
  return [{ type: 'Warning', reason: 'RulesetIneffective', action: 'Observe', message }];
}

/** Of new repositories, once each: what their checklist lacks, and that it is complete. */
function onboarding({ baseline }: PassOutcome): PolicyEvent[] {
  if (baseline === undefined) return [];
  const { incomplete, onboarded } = baseline;
  const told = incomplete.map(({ name, missing }) => ({ name: `${name} (${missing.join(', ')})` }));
  const of = { action: 'Observe' };
  return [
    ...(told.length > 0
      ? [
          {
            ...of,
            type: 'Warning' as const,
            reason: 'OnboardingIncomplete',
            message: `The checklist lacks: ${names(told)}`,
          },
        ]
      : []),
    ...(onboarded.length > 0
      ? [
          {
            ...of,
            type: 'Normal' as const,
            reason: 'Onboarded',
            message: `The checklist is complete: ${names(onboarded)}`,
          },
        ]
      : []),
  ];
}

function exemptionEvent({ state, exemptions }: EndingExemptions): PolicyEvent {
  const shown = exemptions.map(({ repository, effect, expiresAt, owner }) => ({
    name: `${repository} (${effect} until ${expiresAt}, ${owner})`,
  }));
  const [reason, what] =
    state === 'expiring'
      ? ['ExemptionExpiring', 'Exemptions end within 14 days; extend them in the policy, or let them end']
      : [
          'ExemptionExpired',
          'Exemptions have ended, and the catalogue files decide again; remove them from the policy',
        ];
  return { type: 'Warning', reason, action: 'Classify', message: `${what}: ${names(shown)}` };
}

/** Ready that turned: a trouble that a person must fix, a write without proof, or the end of either. */
function turned({ error, status }: PassOutcome, previous: PolicyStatus): PolicyEvent[] {
  const [before, now] = [previous, status].map(({ conditions }) => conditions?.find(({ type }) => type === 'Ready'));
  if (now?.status === 'True') {
    return before?.status === 'False'
      ? [{ type: 'Normal', reason: 'Recovered', action: 'Reconcile', message: now.message }]
      : [];
  }
  if (error === undefined || before?.reason === error.reason) return [];
  if (error.reason !== 'WriteUnproved' && !status.conditions?.some(({ type }) => type === 'Stalled')) return [];
  return [{ type: 'Warning', reason: error.reason, action: 'Reconcile', message: `${error.code}: ${error.message}` }];
}

function names(items: readonly { name: string }[]): string {
  const shown = items.slice(0, MAX_NAMES).map(({ name }) => name);
  const more = items.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
