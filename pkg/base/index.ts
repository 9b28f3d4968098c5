/** What every room may need and what knows no room: nouns, each in a file of its own. */
export type { Clock } from './clock.js';
export { silentLog, type Log } from './log.js';
export { MAX_TIMER_MS, startTimer, type Timer, type Timers } from './timers.js';
