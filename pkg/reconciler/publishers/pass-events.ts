/** Events of a pass: something changed, or failed to. A quiet pass has none. Pure. */
import { EXEMPTED, GONE, type ExitClock, type PolicyStatus } from '../../api/index.js';
import { isProduction } from '../../governance/index.js';
import type { PolicyEvent } from '../../policies/index.js';
import { endingExemptions, type EndingExemptions } from '../memory/ending-exemptions.js';
import type { PassOutcome } from '../types.js';
import { holdEvents } from './hold-events.js';

/** Names in one event; the report and `plus1 explain` have them all. */
const MAX_NAMES = 10;

/** What is worth an event, given the status before the pass. */
export function eventsOf(outcome: PassOutcome, previous: PolicyStatus): PolicyEvent[] {
  return [
    ...written(outcome),
    ...drifted(outcome),
    ...holdEvents(outcome, previous),
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

/** What started a clock decides when the member leaves, and who is to be asked. */
type ClockKind = 'file' | 'gone' | 'exempted';

const DEMOTIONS: readonly [ClockKind, string][] = [
  ['file', 'No longer in production, leaving after the grace period'],
  ['exempted', 'Released by an exemption of the policy, leaving after the grace period'],
  ['gone', 'No longer found, leaving when a pass an hour later proves it again'],
];

function kindOf({ reason }: ExitClock): ClockKind {
  return reason === GONE ? 'gone' : reason === EXEMPTED ? 'exempted' : 'file';
}

/** In the pass in which the clock starts, so that who did it can be asked while it still runs. */
function demoted({ status }: PassOutcome, previous: PolicyStatus): PolicyEvent[] {
  const keyOf = (clock: ExitClock): string => `${clock.id} ${kindOf(clock)}`;
  const running = new Set(previous.leaving?.map(keyOf));
  const started = (status.leaving ?? []).filter((clock) => !running.has(keyOf(clock)));
  return DEMOTIONS.flatMap(([kind, what]) => {
    const whom = started.filter((clock) => kindOf(clock) === kind);
    if (whom.length === 0) return [];
    const message = `${what}: ${names(whom.map((clock) => ({ name: `${clock.name}${startedBy(clock)}` })))}`;
    return [{ type: 'Warning', reason: 'RepositoryDemoted', action: 'Classify', message }];
  });
}

/** What is known of the commit, which a person finds by its first digits. */
function startedBy(clock: ExitClock): string {
  const { commit, author } = clock;
  if (kindOf(clock) !== 'file' || commit === undefined) return '';
  return ` (commit ${commit.slice(0, 7)}${author === undefined ? '' : ` by ${author}`})`;
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
