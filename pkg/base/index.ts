/** What every room may need and what knows no room: nouns, each in a file of its own. */
export { abortReason, ignoreAbort } from './abort-reason.js';
export {
  foldersIn,
  keepFile,
  proveWritable,
  removeFile,
  sweepLeftovers,
  writeFileAtomic,
  type AtomicWrite,
  type FileText,
  type WritePart,
} from './atomic-file.js';
export { boundSignal, type BoundSignal } from './bound-signal.js';
export {
  faultText,
  FileFault,
  isDangling,
  isMissing,
  kindOf,
  readBoundedFile,
  readBoundedText,
  type BoundedReading,
} from './bounded-file.js';
export { readBoundedLines } from './bounded-lines.js';
export type { Clock } from './clock.js';
export { Elapsed, type ElapsedClock, type Moment } from './elapsed.js';
export { errnoOf } from './errno.js';
export { sha256 } from './hash.js';
export { batchesOf, inLanes } from './in-lanes.js';
export { isDay } from './is-day.js';
export { isMapping } from './is-mapping.js';
export { linkSignals, type LinkedSignal } from './linked-signal.js';
export { LOG_LEVELS, silentLog, type Log, type LogLevel } from './log.js';
export { LRU } from './lru.js';
export { makeFolder } from './make-folder.js';
export { membersHash } from './members-hash.js';
export { onAbort } from './on-abort.js';
export { ownTurn } from './own-turn.js';
export { LazyList, type Listed } from './lazy-list.js';
export { SharedTexts } from './shared-texts.js';
export { sleep, type Sleep } from './sleep.js';
export {
  hasRoomFor,
  RESERVED_BYTES,
  reservedOf,
  StorageReserve,
  volumeSpace,
  type VolumeSpace,
} from './storage-reserve.js';
export { syncFolder } from './sync-folder.js';
export { MAX_TIMER_MS, startTimer, type Timer, type Timers } from './timers.js';
export { unlessAborted } from './unless-aborted.js';
export { withFields } from './with-fields.js';
export { writeAdvice, writeFault } from './write-advice.js';
