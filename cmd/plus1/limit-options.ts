/** The operator's limits as flags, of the controller and of `sync` alike. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { isShare, parseDuration } from '../../pkg/api/index.js';
import type { OperatorLimits } from '../../pkg/governance/index.js';
import { defined } from './defined.js';

export interface LimitOptions {
  limitMaxLeaving?: number | string;
  limitMinGracePeriod?: string;
  limitMinApprovals?: number;
  limitEmergencyEgress?: string;
}

/** As many as `guards.approval.required` may ask for. */
const MAX_APPROVALS = 10;

function share(value: string): number | string {
  const parsed = /^\d+$/.test(value) ? Number(value) : value;
  if (!isShare(parsed)) throw new InvalidArgumentError('allowed: a count such as 20, or a percentage such as 25%');
  return parsed;
}

function durationText(value: string): string {
  if (value === '0') return '0s';
  if (parseDuration(value) === undefined) throw new InvalidArgumentError('allowed: a duration such as 90s, 10m or 24h');
  return value;
}

function approvals(value: string): number {
  const number = /^\d+$/.test(value) ? Number(value) : 0;
  if (number < 1 || number > MAX_APPROVALS)
    throw new InvalidArgumentError(`allowed: a whole number from 1 to ${MAX_APPROVALS}`);
  return number;
}

/** Puts the three flags on a command. */
export function withLimitOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--limit-max-leaving <share>', 'most that guards.maxLeaving of a policy may be').argParser(share),
    )
    .addOption(
      new Option('--limit-min-grace-period <duration>', 'least that exit.gracePeriod of a policy may be').argParser(
        durationText,
      ),
    )
    .addOption(
      new Option('--limit-min-approvals <n>', 'least that guards.approval.required of a policy may be').argParser(
        approvals,
      ),
    );
}

/** Of the controller alone: no other command puts an egress rule in force. */
export const emergencyEgressOption = (): Option =>
  new Option(
    '--limit-emergency-egress <duration>',
    'most that an egress rule of kind Emergency may last, from its making (default: 24h)',
  ).argParser(durationText);

/** The limits that were given. */
export function limitsOf({ limitMaxLeaving, limitMinGracePeriod, limitMinApprovals }: LimitOptions): OperatorLimits {
  return defined({
    maxLeaving: limitMaxLeaving,
    minGracePeriod: limitMinGracePeriod,
    minApprovals: limitMinApprovals,
  });
}
