/**
 * What comes due by time alone, so that a quick pass must not end at its glance: something may leave, enter or be told now though
 * nothing changed at GitHub. Each time counts once, by the pass that decides first after it: what a guard still holds then waits for the
 * end of its window, and not for every quick pass. Pure.
 */
import { durationMs, GONE, type PolicySpec, type PolicyStatus } from '../../api/index.js';
import { settledMs } from '../memory/open-write.js';

export interface Since {
  /** By this time the last decision was made, Unix ms. */
  afterMs: number;
  nowMs: number;
}

/** True where something comes due after the last decision and until now. */
export function isDueSince({ afterMs, nowMs }: Since, status: PolicyStatus, spec: PolicySpec): boolean {
  return dueTimes(status, spec).some((ms) => ms > afterMs && ms <= nowMs);
}

function dueTimes({ leaving = [], window, entryWindow, hold, pendingWrite }: PolicyStatus, spec: PolicySpec): number[] {
  const { guards, mode, exemptions = [] } = spec;
  const windowMs = durationMs(guards.window);
  const times = [
    // That a repository is gone only a full pass proves.
    ...(mode === 'EnterOnly'
      ? []
      : leaving.filter(({ reason }) => reason !== GONE).map(({ dueTime }) => Date.parse(dueTime))),
    ...exemptions.map(({ expiresAt }) => Date.parse(expiresAt)),
  ];
  const settleMs = settledMs(pendingWrite);
  if (settleMs !== undefined) times.push(settleMs);
  if (hold !== undefined && window !== undefined) times.push(Date.parse(window.startTime) + windowMs);
  if (hold !== undefined && entryWindow !== undefined) times.push(Date.parse(entryWindow.startTime) + windowMs);
  if (hold?.expiryTime !== undefined) times.push(Date.parse(hold.expiryTime));
  return times;
}
