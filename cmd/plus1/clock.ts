/** The real clock; everything else takes one through its constructor. */
import { performance } from 'node:perf_hooks';
import type { Timers } from '../../pkg/base/index.js';

export const systemClock: Timers = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (run, ms) => {
    const timer = setTimeout(run, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};
