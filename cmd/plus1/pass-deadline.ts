/**
 * The bound of `schedule.timeout` on the one pass of `sync` and `plan`. In the controller the loop bounds each pass by its
 * own clock; here there is no loop.
 */
import { durationMs } from '../../pkg/api/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';

export interface PassDeadline {
  /** Aborts with PLUS1_TIMEOUT when the time is over, and as `outer` does when that aborts first. */
  signal: AbortSignal;
  /** To be called when the pass has ended: a timer that still runs keeps the process. */
  cancel(): void;
}

/** Starts the time of a pass. `timeout` is a duration of the policy. */
export function passDeadline(outer: AbortSignal, timeout: string): PassDeadline {
  const late = new AbortController();
  const end = (): void => late.abort(new Plus1Error('PLUS1_TIMEOUT', `the pass ran longer than ${timeout}`));
  const timer = setTimeout(end, durationMs(timeout));
  return { signal: AbortSignal.any([outer, late.signal]), cancel: () => clearTimeout(timer) };
}
