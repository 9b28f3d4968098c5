/** What is wrong with a policy and may be over again: one source for each event, as a list. Pure. */
import type { ConditionReason, NotificationEvent } from '../../api/index.js';
import { isProduction } from '../../governance/index.js';
import type { PassOutcome } from '../types.js';
import { conditionOf, errorOf, type Reading, type Sight } from './sight.js';

/** A source. A new one is one line of the list below. */
type Source = readonly [NotificationEvent, (sight: Sight) => Reading];

const DAY_MS = 86_400_000;
/** Before the end of a hold. */
const REMIND_MS = 3_600_000;
const LOW = 0.95;

export const STATES: readonly Source[] = [
  ['PassFailed', passFailed],
  ['PassIncomplete', passIncomplete],
  ['CredentialExpiring', credentialExpiring],
  ['WriteUnproved', failedBy('WriteUnproved')],
  ['JournalUnavailable', failedBy('JournalUnavailable')],
  ['ProductionUngoverned', productionUngoverned],
  ['RulesetNotEnforced', notCompliantBy('RulesetNotEnforced', 'RulesetNotFound')],
  ['Ineffective', notCompliantBy('Ineffective')],
  ['ComplianceLow', complianceLow],
  ['PlanHeld', planHeld],
];

function passFailed(sight: Sight): Reading {
  const error = errorOf(sight);
  if (error === undefined) return sight.publication.kind === 'pass' ? undefined : 'unknown';
  // The process was told to stop: that says nothing about the policy.
  if (error.reason === 'Interrupted') return 'unknown';
  const isForPeople = error.class === 'configuration' || error.class === 'usage';
  return {
    message: `${error.code}: ${error.message}`,
    fix: error.fix,
    ...((isForPeople || sight.isSparse) && { isUrgent: true as const }),
  };
}

/** By the time of the last complete pass; before the first one by that of the first look. */
function passIncomplete({ publication, nowMs, incompleteMs }: Sight): Reading {
  if (publication.kind === 'idle' && publication.cause.kind === 'suspended') return 'unknown';
  const { status } = publication;
  const since = status.lastSyncTime ?? conditionOf(status, 'Compliant')?.lastTransitionTime;
  if (since === undefined || nowMs - Date.parse(since) < incompleteMs) return undefined;
  const why = conditionOf(status, 'Ready')?.message;
  return {
    message: `No pass has seen the whole organization since ${since}${why === undefined ? '' : `: ${why}`}`,
    since,
  };
}

function credentialExpiring({ expiryMs, nowMs }: Sight): Reading {
  if (expiryMs === undefined) return 'unknown';
  if (expiryMs === null || expiryMs - nowMs > 14 * DAY_MS) return undefined;
  const end = new Date(expiryMs).toISOString();
  return {
    message: `The token with which Plus1 works ends at ${end}`,
    severity: expiryMs - nowMs <= 3 * DAY_MS ? 'High' : 'Warning',
  };
}

/** Open from the pass that ended with it to the next one that went well. */
function failedBy(reason: ConditionReason): (sight: Sight) => Reading {
  return (sight) => {
    if (sight.publication.kind !== 'pass') return 'unknown';
    const error = errorOf(sight);
    if (error === undefined) return undefined;
    return error.reason === reason ? { message: `${error.code}: ${error.message}`, fix: error.fix } : 'unknown';
  };
}

/** Where the ruleset protects nobody, that is told, and not of each repository. What only observes lets nobody enter. */
function productionUngoverned({ publication }: Sight): Reading {
  if (publication.kind !== 'pass') return 'unknown';
  const { outcome, status } = publication;
  const { compliance } = status;
  if (outcome.seen === undefined || compliance === undefined || isUnprotected(outcome)) return 'unknown';
  if (compliance.ungoverned === 0 || outcome.request.policy.spec.mode === 'Observe') return undefined;
  const members = outcome.acted?.live.members;
  const names = outcome.seen.findings
    .filter((finding) => isProduction(finding) && members?.has(finding.id) !== true)
    .map(({ name }) => name);
  return {
    message: `${compliance.ungoverned} production repositories are not governed (${compliance.summary} are)`,
    repositories: names,
    count: compliance.ungoverned,
    ...(compliance.ungovernedSince !== undefined && { since: compliance.ungovernedSince }),
  };
}

const isUnprotected = ({ status }: PassOutcome): boolean =>
  ['RulesetNotEnforced', 'RulesetNotFound'].includes(conditionOf(status, 'Compliant')?.reason ?? '');

/** By the reason of `Compliant`, as a pass that saw GitHub left it. */
function notCompliantBy(...reasons: readonly ConditionReason[]): (sight: Sight) => Reading {
  return ({ publication }) => {
    if (publication.kind !== 'pass' || publication.outcome.ruleset === undefined) return 'unknown';
    const compliant = conditionOf(publication.status, 'Compliant');
    if (compliant === undefined || !reasons.includes(compliant.reason)) return undefined;
    return { message: compliant.message, since: compliant.lastTransitionTime };
  };
}

function complianceLow({ publication }: Sight): Reading {
  const { compliance } = publication.status;
  if (publication.kind !== 'pass' || publication.outcome.seen === undefined || compliance === undefined)
    return 'unknown';
  const { production, governed, summary, ungoverned } = compliance;
  if (production === 0 || governed / production >= LOW) return undefined;
  return { message: `${summary} production repositories are governed: ${ungoverned} are not` };
}

/** By the status alone, so that a look between two passes can remind of it. */
function planHeld({ publication: { status } }: Sight): Reading {
  const { hold } = status;
  if (hold === undefined) return undefined;
  const { reason, since, expiryTime, count, repositories } = hold;
  const message = conditionOf(status, 'Held')?.message ?? `${count} changes are held`;
  return {
    ...{ message: `${reason}: ${message}`, since, repositories, count },
    ...(expiryTime !== undefined && { remindMs: Date.parse(expiryTime) - REMIND_MS }),
  };
}
