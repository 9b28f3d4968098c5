/** Events of a pass: something changed, or failed to. A quiet pass has none. Pure. */
import { GONE, type PolicyStatus } from '../../api/index.js';
import { isProduction } from '../../governance/index.js';
import type { PolicyEvent } from '../../policies/index.js';
import { endingExemptions, type EndingExemptions } from '../memory/ending-exemptions.js';
import type { PassOutcome } from '../types.js';

/** Names in one event; the report and `plus1 explain` have them all. */
const MAX_NAMES = 10;

/** What is worth an event, given the status before the pass. */
export function eventsOf(outcome: PassOutcome, previous: PolicyStatus): PolicyEvent[] {
  return [
    ...written(outcome),
    ...drifted(outcome),
    ...held(outcome, previous),
    ...demoted(outcome, previous),
    ...fell(outcome),
    ...endingExemptions(outcome).map(exemptionEvent),
    ...turned(outcome, previous),
  ];
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

function held({ acted }: PassOutcome, previous: PolicyStatus): PolicyEvent[] {
  const hold = acted?.decision.hold;
  if (hold === undefined || previous.hold?.planHash === acted?.decision.plan.hash) return [];
  return [{ type: 'Warning', reason: 'PlanHeld', action: 'Guard', message: `${hold.reason}: ${hold.message}` }];
}

function demoted({ status }: PassOutcome, previous: PolicyStatus): PolicyEvent[] {
  const isGone = (reason: string): boolean => reason === GONE;
  const running = new Set(previous.leaving?.map(({ id, reason }) => `${id} ${isGone(reason)}`));
  const started = (status.leaving ?? []).filter(({ id, reason }) => !running.has(`${id} ${isGone(reason)}`));
  const [gone, demoted] = [true, false].map((kind) => started.filter(({ reason }) => isGone(reason) === kind));
  return [
    { message: 'No longer in production, leaving after the grace period', whom: demoted ?? [] },
    { message: 'No longer found, leaving when a pass an hour later proves it again', whom: gone ?? [] },
  ]
    .filter(({ whom }) => whom.length > 0)
    .map(({ message, whom }) => ({
      type: 'Warning',
      reason: 'RepositoryDemoted',
      action: 'Classify',
      message: `${message}: ${names(whom)}`,
    }));
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
