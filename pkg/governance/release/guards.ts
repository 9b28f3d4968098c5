/**
 * The guards, as one list. The decision about a plan and the forecast of one both run this list, so that they cannot disagree.
 * A guard sees counts and settings and nothing else.
 */
import type { ApprovalRules } from './approvals.js';
import type { Hold } from './change.js';
import { shareOf } from './share.js';

/** What guards are told by their owner. A policy's `spec.guards` is one. */
export interface GuardSettings {
  /** Fewest members that may stay. */
  minMembers: number;
  /** A count, or a percentage such as `25%` of the members at the start of the window. */
  maxLeaving: number | string;
  /** The same for what enters, of the members at the start of its own window. Absent: no limit. */
  maxEntering?: number | string | undefined;
  /** Duration over which leaves and entries are counted, as written: `24h`. */
  window: string;
  approval: ApprovalRules & {
    /** `Always`: every plan in which somebody leaves needs an approval. */ policy?: 'WhenHeld' | 'Always';
  };
}

/** A plan in numbers. */
export interface Counts {
  entering: number;
  leaving: number;
  /** Proved to belong to another owner: no guard counts them as leaving, but they do not stay either. */
  transferred: number;
  /** Members now. */
  members: number;
  /** Members that remain once all of this is applied. */
  staying: number;
  /** Of the window: members at its start, and who left since. */
  window: { members: number; left: number };
  /** Of the window of entries: members at its start, and who entered since. */
  entryWindow: { members: number; entered: number };
  /** Someone else undid our last write in several passes in a row. */
  isContested: boolean;
  /** The membership was rolled back to an earlier one, and nobody released it yet. */
  isRolledBack: boolean;
}

export interface Guard {
  /** The setting that it reads, where it reads one. */
  name: string;
  /** What it holds where it holds: what leaves, or what enters. Guards of one scope never hold the other. */
  scope: 'leave' | 'enter';
  /** True where an approval lets changes pass that it holds. */
  isReleasable: boolean;
  /** Its limit as set, for people. Absent where it has none. */
  limit?: (settings: GuardSettings) => number | string;
  /** How many pass where it holds, those first that come first. Absent where none does. */
  room?: (counts: Counts, settings: GuardSettings) => number;
  /** Why it holds, or undefined where it lets pass. */
  check: (counts: Counts, settings: GuardSettings) => Hold | undefined;
}

/** Each side would undo the other's work for ever; a person must find out who writes there too. */
const contested: Guard = {
  name: 'contested',
  scope: 'leave',
  isReleasable: false,
  check: ({ isContested }) =>
    isContested
      ? {
          reason: 'Contested',
          message: 'The last write was found undone by someone else in several passes in a row; what enters goes on',
        }
      : undefined,
};

/** The hold of a rollback while nobody would leave. */
export const ROLLED_BACK: Hold = {
  reason: 'RolledBack',
  message: 'Rolled back; nobody leaves but by an approval until the rollback is released',
};

/**
 * Who was restored would leave again for the same reason as before. It holds also while nobody would leave, so that people see
 * that it does until they release it.
 */
const rolledBack: Guard = {
  name: 'rollback',
  scope: 'leave',
  isReleasable: true,
  check: ({ isRolledBack, leaving }) => {
    if (!isRolledBack) return undefined;
    if (leaving === 0) return ROLLED_BACK;
    return { ...ROLLED_BACK, message: `${repositories(leaving)} would leave. ${ROLLED_BACK.message}` };
  },
};

const minMembers: Guard = {
  name: 'guards.minMembers',
  scope: 'leave',
  isReleasable: true,
  limit: (settings) => settings.minMembers,
  check: (counts, settings) =>
    counts.leaving > 0 && counts.staying < settings.minMembers ? tooFew(counts, settings) : undefined,
};

const maxLeaving: Guard = {
  name: 'guards.maxLeaving',
  scope: 'leave',
  isReleasable: true,
  limit: (settings) => settings.maxLeaving,
  check: ({ leaving, window: { members, left } }, settings) => {
    const allowed = shareOf(settings.maxLeaving, members);
    if (leaving === 0 || left + leaving <= allowed) return undefined;
    const limit =
      typeof settings.maxLeaving === 'number'
        ? `${settings.maxLeaving}`
        : `${settings.maxLeaving} of ${members} members`;
    const already = left === 0 ? '' : `, and ${left} left already`;
    return {
      reason: 'TooManyLeaving',
      message: `${repositories(leaving)} would leave; guards.maxLeaving (${limit}) lets ${allowed} leave within ${settings.window}${already}`,
    };
  },
};

/** Someone looks at every plan that takes protection away. */
const approvalRequired: Guard = {
  name: 'guards.approval.policy',
  scope: 'leave',
  isReleasable: true,
  limit: ({ approval: { policy = 'WhenHeld' } }) => policy,
  check: ({ leaving }, { approval: { policy } }) =>
    policy === 'Always' && leaving > 0
      ? {
          reason: 'ApprovalRequired',
          message: `${repositories(leaving)} would leave; guards.approval.policy is Always, so that each needs an approval`,
        }
      : undefined,
};

/**
 * A wrong filter or lifecycle can let thousands enter at once. The first adoption is no mistake: a new ruleset has one member,
 * since GitHub keeps none without.
 */
const maxEntering: Guard = {
  name: 'guards.maxEntering',
  scope: 'enter',
  isReleasable: true,
  limit: (settings) => settings.maxEntering ?? 'unset',
  room: (counts, settings) => entryRoom(counts, settings).room,
  check: (counts, settings) => {
    const { entering, members, entryWindow } = counts;
    if (settings.maxEntering === undefined || members <= 1) return undefined;
    const { allowed, room } = entryRoom(counts, settings);
    if (entering <= room) return undefined;
    const limit =
      typeof settings.maxEntering === 'number'
        ? `${settings.maxEntering}`
        : `${settings.maxEntering} of ${entryWindow.members} members`;
    return {
      reason: 'TooManyEntering',
      message: `${repositories(entering - room)} must wait to enter; guards.maxEntering (${limit}) lets ${allowed} enter within ${settings.window}`,
    };
  },
};

function entryRoom(
  { entryWindow }: Counts,
  { maxEntering: limit = 0 }: GuardSettings,
): { allowed: number; room: number } {
  const allowed = shareOf(limit, entryWindow.members);
  return { allowed, room: Math.max(0, allowed - entryWindow.entered) };
}

/** In order: where several hold, the first one is named. */
export const GUARDS: readonly Guard[] = [contested, rolledBack, minMembers, maxLeaving, approvalRequired, maxEntering];

/** The hold of a plan that leaves fewer members than may stay. */
export function tooFew({ leaving, transferred, staying }: Counts, settings: GuardSettings): Hold {
  return {
    reason: 'TooFewMembers',
    message: `${repositories(leaving + transferred)} would leave and ${staying} stay; guards.minMembers is ${settings.minMembers}`,
  };
}

function repositories(count: number): string {
  return count === 1 ? '1 repository' : `${count} repositories`;
}
