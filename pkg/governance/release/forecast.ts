/**
 * What the guards will say once the running grace periods end, so that a mistake shows while it can still be fixed
 * without a hold. Hazard: it is about the clocks as they run now; a clock that starts or is cleared makes another one.
 */
import { durationMs, type GuardWindow } from '../../api/index.js';
import { unixMs } from '../time.js';
import { GUARDS, type Counts, type Guard, type GuardSettings } from './guards.js';

export interface Running {
  /** When each member leaves whose grace period runs. */
  clocks: readonly { dueTime: string }[];
  /** How many members there are. */
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
export function forecast({ clocks, members, window }: Running, settings: GuardSettings): Forecast | undefined {
  const windowMs = durationMs(settings.window);
  let startMs = window === undefined ? -Infinity : unixMs(window.startTime);
  let counted = { members: window?.members ?? members, left: window?.left ?? 0 };
  let gone = 0;
  for (const { dueMs, count } of batches(clocks)) {
    if (dueMs >= startMs + windowMs) {
      startMs = dueMs;
      counted = { members: members - gone, left: 0 };
    }
    const counts = leaving(count, { window: counted, staying: members - gone - count });
    const holding = GUARDS.filter(({ scope, check }) => scope === 'leave' && check(counts, settings) !== undefined);
    if (holding.length > 0) return { guards: holding.map((guard) => named(guard, settings)), isAll: gone === 0 };
    gone += count;
    counted = { ...counted, left: counted.left + count };
  }
  return undefined;
}

/** What else will change by then nobody knows: nothing enters, nobody contests, and a rollback is released. */
function leaving(count: number, { window, staying }: Pick<Counts, 'window' | 'staying'>): Counts {
  return {
    ...{ entering: 0, leaving: count, transferred: 0, members: staying + count, staying, window },
    ...{ entryWindow: { members: 0, entered: 0 }, isContested: false, isRolledBack: false },
  };
}

function named({ name, limit }: Guard, settings: GuardSettings): string {
  return limit === undefined ? name : `${name} (${limit(settings)})`;
}

/** Clocks that one pass started end in one pass. */
function batches(clocks: Running['clocks']): { dueMs: number; count: number }[] {
  const counts = new Map<number, number>();
  for (const { dueTime } of clocks) counts.set(unixMs(dueTime), (counts.get(unixMs(dueTime)) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a - b).map(([dueMs, count]) => ({ dueMs, count }));
}
