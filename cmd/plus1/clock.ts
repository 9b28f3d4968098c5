/** The real clock; everything else takes one through its constructor. */
import { uptime } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { ElapsedClock, Timers } from '../../pkg/base/index.js';

export const systemClock: Timers = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (run, ms) => {
    const timer = setTimeout(run, ms);
    return { cancel: () => clearTimeout(timer), unref: () => void timer.unref() };
  },
};

/** For what another process may take over: with the uptime of the machine, https://man7.org/linux/man-pages/man5/proc_uptime.5.html */
export const lockClock: Timers & ElapsedClock = {
  ...systemClock,
  uptime: () => {
    try {
      return uptime() * 1_000;
    } catch {
      return undefined;
    }
  },
};
