/**
 * Late changes: whose exit clock runs while a list of GitHub says that they changed a moment ago, and after the clock began. That may be what
 * ends the clock, and both answers about their files may be of one copy that lags behind the list. They are asked for again until the change
 * is settled.
 */
import type { ExitClock } from '../../api/index.js';
import type { GitHubReader, PassTime } from '../../github/index.js';
import { serverMs } from '../memory/newest-dates.js';
import { earlierReading } from './trusted-time.js';

/** So long after its time such a one leaves all the same: one that changes all the time would never leave. */
const MAX_WAIT_MS = 3_600_000;

/**
 * Says of an id whether it is one. The change that began the clock is none of these. A clock is dated by the clock that is ahead, and a change
 * by GitHub's: the earlier reading of its start counts.
 */
export function lateChanges(
  clocks: readonly ExitClock[],
  unsettled: ReadonlyMap<number, number>,
  time: PassTime,
): (id: number) => boolean {
  const running = new Map(clocks.map((clock) => [clock.id, clock]));
  return (id) => {
    const [changedMs, clock] = [unsettled.get(id), running.get(id)];
    if (changedMs === undefined || clock === undefined) return false;
    // What cannot be read is later.
    const isBefore = changedMs <= earlierReading(Date.parse(clock.since), time);
    return !isBefore && !(time.now() - Date.parse(clock.dueTime) > MAX_WAIT_MS);
  };
}

/**
 * What changed so lately, by id, as GitHub's lists show it now; for a pass that did not begin with them. Nothing is proved by them, so that
 * nobody waits where they do not answer.
 */
export async function unsettledNow(
  organization: { id: number; login: string },
  reader: Pick<GitHubReader, 'readChanges' | 'time'>,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, number>> {
  const mark = { newestMs: serverMs(reader.time) };
  try {
    return (await reader.readChanges({ organization, marks: { pushed: mark, updated: mark } }, signal)).unsettled;
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return new Map();
  }
}
