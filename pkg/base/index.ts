/** What every room may need and what knows no room: nouns, each in a file of its own. */
export type { Clock } from './clock.js';
export { errnoOf } from './errno.js';
export { sha256 } from './hash.js';
export { isMapping } from './is-mapping.js';
export { silentLog, type Log } from './log.js';
export { LRU } from './lru.js';
export { MAX_TIMER_MS, startTimer, type Timer, type Timers } from './timers.js';
