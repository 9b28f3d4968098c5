/**
 * What the operator of the controller allows every policy at most. The author of a policy and the operator of the
 * controller are often different people: a team that sets `guards.maxLeaving: 100%` would have no guard at all.
 */
import { durationMs } from '../../api/index.js';
import { shareOf } from './share.js';

/** As the flags give them; absent where there is no limit. */
export interface OperatorLimits {
  /** The most that `guards.maxLeaving` may be: a count, or a percentage such as `25%`. */
  maxLeaving?: number | string;
  /** The least that `exit.gracePeriod` may be, a duration such as `24h`. */
  minGracePeriod?: string;
  /** The least that `guards.approval.required` may be. */
  minApprovals?: number;
}

/** The settings of a policy that limits bind. */
export interface LimitedSettings {
  guards: { maxLeaving: number | string; approval: { required: number } };
  exit: { gracePeriod: string };
}

/**
 * What the settings allow beyond the limits, one sentence each, with field, value and limit. A count and a percentage can be
 * compared only where the membership is known; without `members` that comparison waits for the pass that knows it.
 */
export function limitFaults(settings: LimitedSettings, limits: OperatorLimits, members?: number): string[] {
  const { maxLeaving, approval } = settings.guards;
  const { gracePeriod } = settings.exit;
  return [
    ...(limits.maxLeaving === undefined ? [] : maxLeavingFault(maxLeaving, limits.maxLeaving, members)),
    ...(limits.minGracePeriod === undefined || durationMs(gracePeriod) >= durationMs(limits.minGracePeriod)
      ? []
      : [
          `spec.exit.gracePeriod: found ${gracePeriod}, at least ${limits.minGracePeriod} by the operator's --limit-min-grace-period`,
        ]),
    ...(limits.minApprovals === undefined || approval.required >= limits.minApprovals
      ? []
      : [
          `spec.guards.approval.required: found ${approval.required}, at least ${limits.minApprovals} by the operator's --limit-min-approvals`,
        ]),
  ];
}

function maxLeavingFault(value: number | string, limit: number | string, members: number | undefined): string[] {
  const fault = `spec.guards.maxLeaving: found ${value}, at most ${limit} by the operator's --limit-max-leaving`;
  // Two of one kind are compared as they stand: 30% is more than 25%, also where both round to the same count.
  if (typeof value === typeof limit)
    return Number.parseInt(`${value}`, 10) > Number.parseInt(`${limit}`, 10) ? [fault] : [];
  if (members === undefined) return [];
  const [asked, allowed] = [shareOf(value, members), shareOf(limit, members)];
  return asked > allowed ? [`${fault} (${asked} and ${allowed} of ${members} members)`] : [];
}
