/** Tells about a policy after a look: events, metrics, one log line. The only place that does, so that they agree. */
import { MAX_EVENT_NOTE_CHARACTERS, type PolicyStatus } from '../api/index.js';
import type { Log } from '../base/index.js';
import type { Plus1Error } from '../errors/index.js';
import type { HeldPolicy, PolicyHome } from '../policies/index.js';
import { cut, printable } from '../text/index.js';
import type { Metrics, PolicySnapshot } from '../telemetry/index.js';
import { logOutcome } from './changes.js';
import { eventsOf, productionFall } from './events.js';
import { standingStatus, type Standing } from './standing.js';
import type { PassOutcome } from './types.js';

export interface Tellers {
  home: PolicyHome;
  metrics: Metrics;
  log: Log;
  clock: () => number;
}

/** After a pass, given the policy as it was before. */
export function tellOutcome(outcome: PassOutcome, held: HeldPolicy, { home, metrics, log, clock }: Tellers): void {
  const { status, result, seen, acted, error } = outcome;
  const { reconcileID } = outcome.request;
  for (const event of eventsOf(outcome, held.status)) {
    const message = cut(printable(event.message), MAX_EVENT_NOTE_CHARACTERS);
    home.record(held.key, { ...event, message, reconcileID });
  }
  const hooks = metrics.policy(held.key, outcome.request.policy.spec.organization);
  const seconds = (outcome.endMs - outcome.startMs) / 1_000;
  hooks.observe(snapshot(status, clock()));
  hooks.pass({ kind: 'full', result: lower(result), seconds });
  if (acted?.written === true)
    hooks.changed({ entered: acted.decision.entered.length, left: acted.decision.left.length });
  if (seen?.drift !== undefined) hooks.drift({ added: seen.drift.added.length, removed: seen.drift.removed.length });
  if (error !== undefined) hooks.error({ class: error.class, code: error.code });
  if (productionFall(outcome) !== undefined) hooks.productionFell();
  logOutcome(outcome, held.status, log);
}

/** A policy that gets no pass now, as it was and as it is. */
export interface Stood {
  held: HeldPolicy;
  status: PolicyStatus;
  standing: Standing;
  reconcileID: string;
}

/** After a look that came to no pass. */
export function tellStanding({ held, status, standing, reconcileID }: Stood, tellers: Tellers): void {
  tellStatus(held, status, tellers);
  if (standing.kind === 'suspended' && !isSuspended(held)) tellers.log.info('Policy suspended');
  if (standing.kind !== 'stopped') return;
  const { home, metrics } = tellers;
  metrics.policy(held.key, organizationOf(held)).error({ class: standing.error.class, code: standing.error.code });
  const { code, message, reason } = standing.error;
  if (readyReason(held.status) === reason) return;
  home.record(held.key, {
    type: 'Warning',
    reason,
    action: 'Reconcile',
    message: cut(printable(`${code}: ${message}`), MAX_EVENT_NOTE_CHARACTERS),
    reconcileID,
  });
}

/** The gauges of a policy that nothing new is known of. */
export function tellStatus(
  held: HeldPolicy,
  status: PolicyStatus,
  { metrics, clock }: Omit<Tellers, 'home' | 'log'>,
): void {
  metrics.policy(held.key, organizationOf(held)).observe(snapshot(status, clock()));
}

/** A policy whose memory cannot be read: its conditions cannot be kept, so metrics and log are all that tell of them. */
export function tellUnreadable(held: HeldPolicy, error: Plus1Error, tellers: Omit<Tellers, 'home' | 'log'>): void {
  const status = standingStatus({}, held.generation, { kind: 'stopped', error }, tellers.clock());
  tellStatus(held, status, tellers);
  tellers.metrics.policy(held.key, organizationOf(held)).error({ class: error.class, code: error.code });
}

/** A wrong policy is still told about, or its last good values would stand for ever. */
const organizationOf = ({ claim, policy }: HeldPolicy): string =>
  policy?.spec.organization ?? claim?.organization ?? '';

/** The gauges as the status has them. */
function snapshot(status: PolicyStatus, nowMs: number): PolicySnapshot {
  const { findings, leaving, hold, lastSyncTime, conditions = [] } = status;
  const isHeld = conditions.some(({ type }) => type === 'Held');
  return {
    findings,
    ...protection(status, nowMs),
    leaving: leaving?.length,
    held: isHeld ? hold?.reason : undefined,
    conditions,
    lastCompletePassSeconds: lastSyncTime === undefined ? undefined : Date.parse(lastSyncTime) / 1_000,
  };
}

type ProtectionGauges = Pick<
  PolicySnapshot,
  'members' | 'production' | 'ungoverned' | 'complianceRatio' | 'exposureSeconds'
>;

function protection({ compliance, ruleset, conditions }: PolicyStatus, nowMs: number): ProtectionGauges {
  const reason = conditions?.find(({ type }) => type === 'Compliant')?.reason;
  const members = reason === 'RulesetNotFound' ? 0 : ruleset?.members;
  if (compliance === undefined) return { members };
  const { production, ungoverned } = compliance;
  // A zero and a 100 % of long ago are no sight of today; what was ungoverned then counts until it is seen otherwise.
  if (reason === 'NotObserved' && ungoverned === 0) return { members, production };
  return {
    ...{ members, production, ungoverned },
    complianceRatio: ratio(compliance),
    exposureSeconds: exposure(compliance, nowMs),
  };
}

function exposure({ ungovernedSince }: { ungovernedSince?: string }, nowMs: number): number {
  return ungovernedSince === undefined ? 0 : Math.max(0, (nowMs - Date.parse(ungovernedSince)) / 1_000);
}

/** Of nothing there is no share: a wrong path would read as 100 %. */
function ratio({ governed, production }: { governed: number; production: number }): number | undefined {
  return production === 0 ? undefined : governed / production;
}

/** As the last look left it, so that a suspension is told once and not at every look. */
export const isSuspended = ({ status }: HeldPolicy): boolean => readyReason(status) === 'Suspended';

const readyReason = ({ conditions }: PolicyStatus): string | undefined =>
  conditions?.find(({ type }) => type === 'Ready')?.reason;

const lower = <T extends string>(word: T): Lowercase<T> => word.toLowerCase() as Lowercase<T>;
