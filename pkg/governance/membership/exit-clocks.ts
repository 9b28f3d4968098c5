/**
 * The exit clocks of one pass. A clock starts at the first proved contrary observation of a member, is cleared by an
 * observation that makes the member desired, and is left alone by everything that is no evidence. A member that is gone
 * has a clock of its own kind: it starts at the first proof, and is cleared as soon as the member is seen again.
 * Hazard: a running clock says nothing about today; leaving needs a contrary observation, or a proof, in the same pass as well.
 */
import { EXEMPTED, GONE, type ExitClock } from '../../api/index.js';
import type { Member } from './member.js';
import { rfc3339, unixMs } from '../time.js';

/** As many as the status may hold (an object in etcd is bounded, and other parts want their place too). */
export const MAX_CLOCKS = 500;

/** Between the two proofs that a member is gone. One may be wrong: an App was narrowed just then, or two counts fit by chance. */
const GONE_AFTER_MS = 3_600_000;

export interface ClockSettings {
  graceMs: number;
  /** The start of the pass, Unix ms: no observation of it is older. By this a time is over. */
  now: number;
  /** When the pass had seen everything, Unix ms: no observation of it is younger. From this a clock runs. */
  seenMs: number;
}

/** `isBlind`: what files say, or that there are none, starts no clock in this pass. */
interface PassSettings extends ClockSettings {
  isBlind: boolean;
}

/** The clocks as they run after this pass, oldest first; members beyond the last place wait without one. */
export function runClocks(
  members: readonly Member[],
  before: readonly ExitClock[],
  settings: PassSettings,
): ExitClock[] {
  // A time that cannot be read proves no grace period: such a clock starts again at the next contrary observation.
  const readable = before.filter((clock) => !Number.isNaN(unixMs(clock.since)));
  const known = new Map(readable.map((clock) => [clock.id, withStart(clock, settings.seenMs)]));
  const running: { since: number; clock: ExitClock }[] = [];
  for (const member of members) {
    const clock = advance(member, known.get(member.id), settings);
    if (clock === undefined) continue;
    const since = unixMs(clock.since);
    const waitMs = clock.reason === GONE ? GONE_AFTER_MS : settings.graceMs;
    running.push({ since, clock: { ...clock, dueTime: rfc3339(since + waitMs) } });
  }
  running.sort((a, b) => a.since - b.since || a.clock.id - b.clock.id);
  return running.slice(0, MAX_CLOCKS).map(({ clock }) => clock);
}

/**
 * A start in the future (the clock was ahead when it began) proves no grace period, so that such a clock starts again now.
 * To wait for that future would keep the member for as long as the clock was ahead.
 */
function withStart(clock: ExitClock, seenMs: number): ExitClock {
  return unixMs(clock.since) <= seenMs ? clock : { ...clock, since: rfc3339(seenMs) };
}

/** True where the time of a contrary member is over, or a member is gone by two proofs. `clock` is that of `runClocks`. */
export function isDue(
  { effect }: Pick<Member, 'effect'>,
  clock: ExitClock | undefined,
  { graceMs, now }: Omit<ClockSettings, 'seenMs'>,
): boolean {
  const elapsedMs = clock === undefined ? Number.NEGATIVE_INFINITY : now - unixMs(clock.since);
  // Without a memory there is never an older proof: whatever the grace period, nobody is gone by one.
  if (effect === 'gone') return clock?.reason === GONE && elapsedMs >= GONE_AFTER_MS;
  return effect === 'contrary' && (graceMs === 0 || elapsedMs >= graceMs);
}

function advance(member: Member, before: ExitClock | undefined, settings: PassSettings): ExitClock | undefined {
  switch (member.effect) {
    case 'desired':
      return undefined;
    case 'contrary':
      return contrary(member, unlessSeen(member, before), settings);
    case 'gone':
      // Observations of what its file said are no proof that it is gone: the hour starts with the first such proof.
      return before?.reason === GONE ? before : { ...started(member, settings), name: before?.name ?? member.name };
    case 'kept':
    case 'transferred':
      return unlessSeen(member, unlessEnded(member, before));
  }
}

/** Who is seen is not gone. */
function unlessSeen({ isSeen }: Member, before: ExitClock | undefined): ExitClock | undefined {
  return isSeen && before?.reason === GONE ? undefined : before;
}

/** An exemption that ended, of a member that was seen, is evidence no more; of one that was not seen nobody knows. */
function unlessEnded({ isSeen, status }: Member, before: ExitClock | undefined): ExitClock | undefined {
  return isSeen && before?.reason === EXEMPTED && status !== EXEMPTED ? undefined : before;
}

/** Files and an exemption are evidence of two kinds: a grace period that ran by the one says nothing about the other. */
const isOfKind = ({ status }: Member, { reason }: ExitClock): boolean =>
  (status === EXEMPTED) === (reason === EXEMPTED);

function contrary(member: Member, clock: ExitClock | undefined, settings: PassSettings): ExitClock | undefined {
  if (clock !== undefined && isOfKind(member, clock)) return { ...clock, name: member.name, reason: member.status };
  return settings.graceMs === 0 || (settings.isBlind && member.status !== EXEMPTED) || !member.isProved
    ? undefined
    : started(member, settings);
}

function started({ id, name, status, commit, author }: Member, { seenMs }: ClockSettings): ExitClock {
  const since = rfc3339(seenMs);
  return {
    id,
    name,
    reason: status,
    since,
    dueTime: since,
    ...(commit !== undefined && { commit }),
    ...(author !== undefined && { author }),
  };
}
