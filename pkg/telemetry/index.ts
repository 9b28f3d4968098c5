/** Logger (and metrics): what the product tells about itself. */
export { createLog, redact, silentLog, type Log, type LogLevel } from './log.js';
