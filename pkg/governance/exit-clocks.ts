/**
 * The exit clocks of one pass. A clock starts at the first contrary observation of a member, is cleared by an
 * observation that makes the member desired, and is left alone by everything that is no evidence.
 * Hazard: a running clock says nothing about today; leaving needs a contrary observation in the same pass as well.
 */
import type { ExitClock } from '../api/index.js';
import type { Member } from './member.js';
import { rfc3339, unixMs } from './time.js';

/** As many as the status may hold (an object in etcd is bounded, and other parts want their place too). */
export const MAX_CLOCKS = 500;

export interface ClockSettings {
  graceMs: number;
  /** Unix ms. */
  now: number;
}

/** The clocks as they run after this pass, oldest first; members beyond the last place wait without one. */
export function runClocks(
  members: readonly Member[],
  before: readonly ExitClock[],
  { graceMs, now }: ClockSettings,
): ExitClock[] {
  // A time that cannot be read proves no grace period: such a clock starts again.
  const known = new Map(before.filter((clock) => !Number.isNaN(unixMs(clock.since))).map((clock) => [clock.id, clock]));
  const running: { since: number; clock: ExitClock }[] = [];
  for (const member of members) {
    const clock = advance(member, known.get(member.id), { graceMs, now });
    if (clock === undefined) continue;
    const since = unixMs(clock.since);
    running.push({ since, clock: { ...clock, dueTime: rfc3339(since + graceMs) } });
  }
  running.sort((a, b) => a.since - b.since || a.clock.id - b.clock.id);
  return running.slice(0, MAX_CLOCKS).map(({ clock }) => clock);
}

/** True where the grace period of a contrary member is over. A start in the future (the clock went back) is not over. */
export function isDue(clock: ExitClock | undefined, { graceMs, now }: ClockSettings): boolean {
  if (graceMs === 0) return true;
  return clock !== undefined && now - unixMs(clock.since) >= graceMs;
}

function advance(member: Member, clock: ExitClock | undefined, { graceMs, now }: ClockSettings): ExitClock | undefined {
  if (member.standing === 'desired') return undefined;
  if (member.standing !== 'contrary') return clock;
  if (clock !== undefined) return { ...clock, name: member.name, reason: member.status };
  if (graceMs === 0) return undefined;
  const since = rfc3339(now);
  const { id, name, status: reason, commit, author } = member;
  return {
    id,
    name,
    reason,
    since,
    dueTime: since,
    ...(commit !== undefined && { commit }),
    ...(author !== undefined && { author }),
  };
}
