/**
 * Passes in flight may end when the process is told to stop, but one that only reads has begun nothing that it must end: it
 * has a few seconds, in which small organizations are done. Reading 10,000 files would take the whole time that is left.
 */
import { Plus1Error } from '../../pkg/errors/index.js';

const READING_MS = 3_000;

/** Aborts some seconds after `stop`. */
export function stopReading(stop: AbortSignal): AbortSignal {
  const late = new AbortController();
  const end = (): void => late.abort(new Plus1Error('PLUS1_INTERRUPTED', 'the controller stops'));
  // It keeps no process that has ended everything else.
  stop.addEventListener('abort', () => setTimeout(end, READING_MS).unref(), { once: true });
  return late.signal;
}
