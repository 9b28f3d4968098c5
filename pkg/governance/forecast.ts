/**
 * What the guards will say once the running grace periods end, so that a mistake shows while it can still be mended
 * without a hold. Hazard: it is about the clocks as they run now; a clock that starts or is cleared makes another one.
 */
import { durationMs, type ExitClock, type GuardWindow, type PolicySpec } from '../api/index.js';
import { shareOf } from './guard.js';
import { unixMs } from './time.js';

export interface Running {
  /** Of members that leave when their grace period ends. */
  clocks: readonly ExitClock[];
  /** How many the ruleset targets. */
  members: number;
  /** The guards' window, where one runs. */
  window?: GuardWindow | undefined;
}

export interface Forecast {
  /** The guards that will hold, with their limits: `guards.maxLeaving (25%)`. */
  guards: string[];
  /** False where some leave before the first that are held. */
  isAll: boolean;
}

/** Which guards will hold if every clock runs out, or undefined where all may leave in their time. The same at any time of day. */
export function forecast({ clocks, members, window }: Running, guards: PolicySpec['guards']): Forecast | undefined {
  const windowMs = durationMs(guards.window);
  let startMs = window === undefined ? -Infinity : unixMs(window.startTime);
  let counted = { members: window?.members ?? members, left: window?.left ?? 0 };
  let gone = 0;
  for (const { dueMs, count } of batches(clocks)) {
    if (dueMs >= startMs + windowMs) {
      startMs = dueMs;
      counted = { members: members - gone, left: 0 };
    }
    const before = gone;
    gone += count;
    counted.left += count;
    const holding = [
      ...(members - gone < guards.minMembers ? [`guards.minMembers (${guards.minMembers})`] : []),
      ...(counted.left > shareOf(guards.maxLeaving, counted.members)
        ? [`guards.maxLeaving (${guards.maxLeaving})`]
        : []),
    ];
    if (holding.length > 0) return { guards: holding, isAll: before === 0 };
  }
  return undefined;
}

/** Clocks that one pass started end in one pass. */
function batches(clocks: readonly ExitClock[]): { dueMs: number; count: number }[] {
  const counts = new Map<number, number>();
  for (const { dueTime } of clocks) counts.set(unixMs(dueTime), (counts.get(unixMs(dueTime)) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a - b).map(([dueMs, count]) => ({ dueMs, count }));
}
