/**
 * The guards, as one list. The decision about a plan and the forecast of one both run this list, so that they cannot disagree.
 * A guard sees counts and settings and nothing else.
 */
import type { Hold } from './change.js';
import { shareOf } from './share.js';

/** What guards are told by their owner. A policy's `spec.guards` is one. */
export interface GuardSettings {
  /** Fewest members that may stay. */
  minMembers: number;
  /** A count, or a percentage such as `25%` of the members at the start of the window. */
  maxLeaving: number | string;
  /** Duration over which leaves are counted, as written: `24h`. */
  window: string;
  approval: { /** Distinct approvers that release a change. */ required: number };
}

/** A plan in numbers. */
export interface Counts {
  entering: number;
  leaving: number;
  /** Proved to belong to another owner: no guard counts them as leaving, but they do not stay either. */
  transferred: number;
  /** Members that remain once all of this is applied. */
  staying: number;
  /** Of the window: members at its start, and who left since. */
  window: { members: number; left: number };
  /** Someone else undid our last write in several passes in a row. */
  isContested: boolean;
}

export interface Guard {
  /** The setting that it reads, where it reads one. */
  name: string;
  /** What it holds where it holds: all that leave, or all that enter. Guards of one scope never hold the other. */
  scope: 'leave' | 'enter';
  /** True where an approval lets changes pass that it holds. */
  isReleasable: boolean;
  /** Its limit as set, for people. Absent where it has none. */
  limit?: (settings: GuardSettings) => number | string;
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

/** In order: where several hold, the first one is named. */
export const GUARDS: readonly Guard[] = [contested, minMembers, maxLeaving];

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
