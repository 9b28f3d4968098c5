/** What every room may need and what knows no room: nouns, each in a file of its own. */
export { abortReason, ignoreAbort } from './abort-reason.js';
export { boundSignal, type BoundSignal } from './bound-signal.js';
export type { Clock } from './clock.js';
export { errnoOf } from './errno.js';
export { sha256 } from './hash.js';
export { isMapping } from './is-mapping.js';
export { linkSignals, type LinkedSignal } from './linked-signal.js';
export { silentLog, type Log } from './log.js';
export { LRU } from './lru.js';
export { onAbort } from './on-abort.js';
export { sleep, type Sleep } from './sleep.js';
export { MAX_TIMER_MS, startTimer, type Timer, type Timers } from './timers.js';
export { unlessAborted } from './unless-aborted.js';
