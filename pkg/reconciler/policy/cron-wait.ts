/** Whether a cron policy waits for its time after a restart. Pure. */
import type { PolicyStatus } from '../../api/index.js';
import type { ExactTime } from '../../controller/index.js';
import { nextPass } from './schedule.js';
import type { PassLook } from './look.js';

/** The time that it waits for; one whose time was missed, or that has trouble to try again, runs now. */
export function cronWait(
  { policy, status, generation }: PassLook['record'],
  { now, minIntervalMs }: { now: number; minIntervalMs: number },
): ExactTime | undefined {
  const { schedule } = policy.spec;
  const untilMs = Date.parse(status.nextPassTime ?? '');
  if (schedule.cron === undefined || status.observedGeneration !== generation) return undefined;
  if (Number.isNaN(untilMs) || untilMs <= now || !isSettled(status)) return undefined;
  const next = (afterMs: number): number => nextPass(schedule, afterMs, minIntervalMs).atMs;
  // Later than the next one from now on: it was kept by a clock that was ahead, and nobody knows which times were missed.
  return untilMs > next(now) ? undefined : { untilMs, next };
}

/** The last pass did its work: no trouble waits to be tried again. */
function isSettled({ conditions, pendingWrite }: PolicyStatus): boolean {
  const ready = conditions?.find(({ type }) => type === 'Ready');
  return pendingWrite === undefined && (ready?.status === 'True' || ready?.reason === 'Held');
}
