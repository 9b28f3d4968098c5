/** How long each state has been seen: some are told only when a second or third pass sees them too. Pure. */
import type { NotificationEvent } from '../../api/index.js';
import { EVENT_TABLE } from '../event-table.js';
import type { Facts, Sighting } from '../sighting.js';

/** Passes in a row that saw a state. */
export interface Streak {
  event: NotificationEvent;
  passes: number;
  /** The first look that saw it, Unix ms. */
  sinceMs: number;
}

/** A state that holds now. */
export interface Standing {
  sighting: Sighting;
  sinceMs: number;
  /** It may be told. */
  isRipe: boolean;
}

export interface Ripened {
  streaks: Streak[];
  /** As in `Facts`. */
  states: ReadonlyMap<NotificationEvent, Standing | undefined>;
}

/** The streaks after a look, and which of its states may be told. What the look does not know keeps its streak. */
export function ripen(before: readonly Streak[], { states, nowMs, isPass }: Facts): Ripened {
  const known = new Map(before.map((streak) => [streak.event, streak]));
  const after = new Map(known);
  const standing = new Map<NotificationEvent, Standing | undefined>();
  for (const [event, sighting] of states) {
    const { passes = 0, sinceMs = nowMs } = known.get(event) ?? {};
    if (sighting === undefined) {
      after.delete(event);
      standing.set(event, undefined);
      continue;
    }
    const streak: Streak = { event, passes: passes + (isPass ? 1 : 0), sinceMs: Math.min(sinceMs, nowMs) };
    after.set(event, streak);
    standing.set(event, { sighting, sinceMs: streak.sinceMs, isRipe: isRipe(streak, sighting, nowMs) });
  }
  return { streaks: [...after.values()], states: standing };
}

function isRipe({ event, passes, sinceMs }: Streak, { isUrgent }: Sighting, nowMs: number): boolean {
  if (isUrgent === true) return true;
  const { passes: needed = 0, ms = 0 } = EVENT_TABLE[event];
  return passes >= needed && nowMs - sinceMs >= ms;
}
