/** The time over which guards count who left. By pass, small steps would add up to the same wrong. */
import { durationMs, type EntryWindow, type GuardWindow } from '../../api/index.js';
import { rfc3339, unixMs } from '../time.js';

/**
 * The window with a start that can be measured from. One in the future (the clock was ahead when it began), or one that
 * cannot be read, counts from now: forgetting what left would open the guard again, and waiting for that future would keep
 * everybody in for as long as the clock was ahead.
 */
export function withStart(window: GuardWindow | undefined, seenMs: number): GuardWindow | undefined {
  if (window === undefined || unixMs(window.startTime) <= seenMs) return window;
  return { ...window, startTime: rfc3339(seenMs) };
}

/** The two times of a pass, Unix ms: a window is over by its start, and begins when it had seen everything. */
export interface PassTimes {
  now: number;
  seenMs: number;
}

/** The window that still counts. `length` is a duration such as `24h`. */
export function runningWindow(
  window: GuardWindow | undefined,
  length: string,
  { now, seenMs }: PassTimes,
): GuardWindow | undefined {
  const running = withStart(window, seenMs);
  if (running === undefined) return undefined;
  return unixMs(running.startTime) + durationMs(length) > now ? running : undefined;
}

/** The window once so many have left. The first leave after the last window ended starts another one. */
export function counted(
  window: GuardWindow | undefined,
  { members, leaving }: { members: number; leaving: number },
  seenMs: number,
): GuardWindow | undefined {
  if (leaving === 0) return window;
  if (window !== undefined) return { ...window, left: window.left + leaving };
  return { startTime: rfc3339(seenMs), members, left: leaving };
}

/** Entries are counted over a window of their own: one that began with an entry must not end that of the leaves early. */
export function runningEntryWindow(
  window: EntryWindow | undefined,
  length: string,
  times: PassTimes,
): EntryWindow | undefined {
  return asEntries(runningWindow(window && asLeaves(window), length, times));
}

/** The window of entries once so many have entered. */
export function countedEntries(
  window: EntryWindow | undefined,
  { members, entering }: { members: number; entering: number },
  seenMs: number,
): EntryWindow | undefined {
  return asEntries(counted(window && asLeaves(window), { members, leaving: entering }, seenMs));
}

const asLeaves = ({ entered: left, ...rest }: EntryWindow): GuardWindow => ({ ...rest, left });

const asEntries = (window: GuardWindow | undefined): EntryWindow | undefined => {
  if (window === undefined) return undefined;
  const { left: entered, ...rest } = window;
  return { ...rest, entered };
};
