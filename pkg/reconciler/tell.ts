/** Tells about a policy after a look: events, metrics, one log line. The only place that does, so that they agree. */
import type { PolicyStatus } from '../api/index.js';
import type { HeldPolicy, PolicyHome } from '../policies/index.js';
import type { Log, Metrics, PolicySnapshot } from '../telemetry/index.js';
import { eventsOf } from './events.js';
import type { Standing } from './standing.js';
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
  for (const event of eventsOf(outcome, held.status)) home.record(held.key, event);
  const hooks = metrics.policy(held.key, outcome.request.policy.spec.organization);
  hooks.observe(snapshot(status, clock()));
  hooks.pass({ kind: 'full', result: lower(result), seconds: (outcome.endMs - outcome.startMs) / 1_000 });
  if (acted?.written === true)
    hooks.changed({ entered: acted.decision.entered.length, left: acted.decision.left.length });
  if (seen?.drift !== undefined) hooks.drift({ added: seen.drift.added.length, removed: seen.drift.removed.length });
  if (error !== undefined) hooks.error({ class: error.class, code: error.code });
  const { entered, left, retained } = status.lastPass ?? { entered: 0, left: 0, retained: 0 };
  const quiet = error === undefined && entered + left === 0 && held.status.lastPass?.result === result;
  log[quiet ? 'debug' : 'info']('Pass ended', { result, entered, left, retained, ms: outcome.endMs - outcome.startMs });
}

/** A policy that gets no pass now. */
export function tellStanding(
  { held, status, standing }: { held: HeldPolicy; status: PolicyStatus; standing: Standing },
  tellers: Tellers,
): void {
  const { home, metrics, clock } = tellers;
  const organization = held.policy?.spec.organization;
  if (organization !== undefined) {
    const hooks = metrics.policy(held.key, organization);
    hooks.observe(snapshot(status, clock()));
    if (standing.kind === 'stopped') hooks.error({ class: standing.error.class, code: standing.error.code });
  }
  if (standing.kind !== 'stopped') return;
  const { code, message, reason } = standing.error;
  if (readyReason(held.status) === reason) return;
  home.record(held.key, {
    type: 'Warning',
    reason,
    action: 'Reconcile',
    message: `${code}: ${message}`.slice(0, 1024),
  });
}

/** The gauges as the status has them. */
function snapshot(status: PolicyStatus, nowMs: number): PolicySnapshot {
  const { compliance, findings, ruleset, leaving, hold, lastSyncTime } = status;
  const since = compliance?.ungovernedSince;
  return {
    findings,
    members: ruleset?.members,
    production: compliance?.production,
    ungoverned: compliance?.ungoverned,
    complianceRatio: compliance === undefined ? undefined : ratio(compliance),
    exposureSeconds:
      compliance === undefined ? undefined : since === undefined ? 0 : Math.max(0, (nowMs - Date.parse(since)) / 1_000),
    leaving: leaving?.length,
    held: hold?.reason,
    conditions: status.conditions ?? [],
    lastCompletePassSeconds: lastSyncTime === undefined ? undefined : Date.parse(lastSyncTime) / 1_000,
  };
}

function ratio({ governed, production }: { governed: number; production: number }): number {
  return production === 0 ? 1 : governed / production;
}

const readyReason = ({ conditions }: PolicyStatus): string | undefined =>
  conditions?.find(({ type }) => type === 'Ready')?.reason;

const lower = <T extends string>(word: T): Lowercase<T> => word.toLowerCase() as Lowercase<T>;
