/** Publishes metrics: the gauges as the status has them, and what is counted of a pass. */
import type { PolicyStatus } from '../../api/index.js';
import type { ApprovalVerdict } from '../../governance/index.js';
import type { Metrics, PolicyMetrics, PolicySnapshot } from '../../telemetry/index.js';
import { passType } from '../status/result.js';
import { optionalPublisher } from './optional.js';
import { productionFall } from './pass-events.js';
import type { IdlePublication, PassPublication, Publisher } from './publisher.js';

export interface MetricsPublisherOptions {
  metrics: Pick<Metrics, 'policy'>;
  /** Unix ms. */
  clock: () => number;
}

export function metricsPublisher({ metrics, clock }: MetricsPublisherOptions): Publisher {
  return optionalPublisher({
    name: 'metrics',
    failed: 'Metrics not set',
    publish(publication) {
      const hooks = metrics.policy(publication.key, publication.organization);
      hooks.observe(snapshot(publication.status, clock()));
      if (publication.kind === 'pass') countPass(hooks, publication);
      else countIdle(hooks, publication);
    },
  });
}

function countPass(hooks: PolicyMetrics, { outcome }: PassPublication): void {
  const { result, seen, acted, error, startMs, endMs } = outcome;
  hooks.pass({ kind: lower(passType(outcome)), result: lower(result), seconds: (endMs - startMs) / 1_000 });
  if (acted?.written === true)
    hooks.changed({ entered: acted.decision.toEnter.length, left: acted.decision.toLeave.length });
  if (seen?.drift !== undefined) hooks.drift({ added: seen.drift.added.length, removed: seen.drift.removed.length });
  if (error !== undefined) hooks.error({ class: error.class, code: error.code });
  if (productionFall(outcome) !== undefined) hooks.productionFell();
  countOnboarded(hooks, outcome);
  for (const verdict of [...(outcome.approvals ?? []), ...(outcome.inputs?.verdicts ?? [])])
    countApproval(hooks, verdict);
}

function countOnboarded(hooks: PolicyMetrics, { baseline }: PassPublication['outcome']): void {
  for (const { seconds } of baseline?.onboarded ?? []) hooks.onboarded(seconds);
}

function countApproval(hooks: PolicyMetrics, { approval, state }: ApprovalVerdict): void {
  if (state === undefined || state === approval.state) return;
  hooks.approval(lower(state), state === 'Used' && approval.kind === 'Emergency');
}

/** A status that cannot be read cannot say so either: then metrics and log are all that does. */
function countIdle(hooks: PolicyMetrics, { cause }: IdlePublication): void {
  switch (cause.kind) {
    case 'stopped':
    case 'unreadable':
      return hooks.error({ class: cause.error.class, code: cause.error.code });
    case 'unchanged':
      return hooks.pass({ kind: 'quick', result: 'succeeded', seconds: cause.seconds });
    case 'suspended':
    case 'beginning':
    case 'waiting':
      return;
  }
}

/** The gauges as the status has them. */
function snapshot(status: PolicyStatus, nowMs: number): PolicySnapshot {
  const { findings, leaving, hold, exemptions, effective, lastSyncTime, conditions = [] } = status;
  const isHeld = conditions.some(({ type }) => type === 'Held');
  return {
    findings,
    ...protection(status, nowMs),
    leaving: leaving?.length,
    exemptions,
    isStretched: status.effectiveInterval !== undefined,
    usesBackup: status.credentials?.backup === true,
    ineffective: effective?.ineffective,
    workflows: status.workflows,
    baseline: status.baseline,
    issues: status.issues,
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
  const unseen = {
    production: undefined,
    ungoverned: undefined,
    complianceRatio: undefined,
    exposureSeconds: undefined,
  };
  if (compliance === undefined) return { members, ...unseen };
  const { production, ungoverned } = compliance;
  // A zero and a 100 % of long ago are no sight of today; what was ungoverned then counts until it is seen otherwise.
  if (reason === 'NotObserved' && ungoverned === 0) return { members, ...unseen, production };
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

const lower = <T extends string>(word: T): Lowercase<T> => word.toLowerCase() as Lowercase<T>;
