/** Words of records as people read them. */
import type { HeldReason } from '../../api/index.js';
import type { Change } from '../history/changes.js';
import type { ExposureCause } from '../history/exposures.js';
import type { TrackedHold } from '../history/holds.js';

const GUARDS: Record<HeldReason, string> = {
  TooManyLeaving: 'more would leave than guards.maxLeaving allows',
  TooManyEntering: 'more would enter than guards.maxEntering allows',
  TooFewMembers: 'fewer would stay than guards.minMembers asks for',
  ApprovalRequired: 'the policy asks for an approval of each plan',
  RolledBack: 'after a rollback nobody leaves until somebody lifts that',
  Contested: 'somebody else undid the same change again and again',
};
const isGuard = (reason: string): reason is HeldReason => Object.hasOwn(GUARDS, reason);

export const guardText = (reason: string): string => (isGuard(reason) ? GUARDS[reason] : reason);

const CAUSES: Record<ExposureCause, string> = {
  NewInProduction: 'it declared production, and the write that governs it came later',
  Held: 'a guard held its entry',
  WriteFailed: 'the write failed',
  RemovedByOthers: 'somebody else took it out of the ruleset',
  RulesetNotEnforced: 'the ruleset was not enforced',
  ObserveOnly: 'the policy only observes',
};

export const causeText = (cause: ExposureCause): string => CAUSES[cause];

const STATUSES: Record<string, string> = {
  valid_production: 'in production',
  valid_non_production: 'not in production',
  missing_lifecycle: 'its file names no lifecycle',
  missing_file: 'it has no catalogue file',
  invalid_yaml: 'its file is no YAML',
  invalid_schema: 'its file is no entity',
  unreadable: 'its file cannot be read',
  unobserved: 'it could not be looked at',
  archived_skipped: 'archived',
  excluded: 'excluded by the policy',
  policy_deleted: 'the policy was deleted',
};

export const statusText = (status: string): string => STATUSES[status] ?? status;

const OUTCOMES: Record<Change['outcome'], string> = {
  proved: 'proved',
  unproved: 'not proved',
  refused: 'refused by GitHub',
  open: 'its outcome is not known yet',
  seen: 'seen by the next pass',
};

export const outcomeText = (outcome: Change['outcome']): string => OUTCOMES[outcome];

/** How a hold ended, and by whom. */
export function holdEndText({ ended_by, approvers }: Pick<TrackedHold, 'ended_by' | 'approvers'>): string {
  switch (ended_by) {
    case 'approval':
      return `released: approved by ${approvers.join(', ')}`;
    case 'request':
      return 'lifted by hand, without an approval; no record names the person';
    case 'guard':
      return 'released without an approval: the guard held it no longer';
    case 'plan':
      return approvers.length === 0
        ? 'ended by itself: nothing had to be held any more'
        : `a part approved by ${approvers.join(', ')}; the rest ended by itself: nothing had to be held any more`;
    case 'timeout':
      return 'ran out: nobody approved in time';
    case null:
      return 'goes on';
  }
}
