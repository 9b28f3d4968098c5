/** How a pass ends before its time: reads that stop, and the error that says why. */
import { linkSignals } from '../../base/index.js';
import { Plus1Error } from '../../errors/index.js';

/** Reads until one of the two aborts. */
export async function reading<T>(
  signal: AbortSignal,
  stop: AbortSignal | undefined,
  read: (until: AbortSignal) => Promise<T>,
): Promise<T> {
  if (stop === undefined) return read(signal);
  const either = linkSignals(signal, stop);
  try {
    return await read(either.signal);
  } catch (thrown) {
    throw either.signal.aborted ? stopped(either.signal) : thrown;
  } finally {
    either.release();
  }
}

/** The abort reason says why the pass ended; an end without a reason of ours is a process that stops. */
export function stopped({ reason }: AbortSignal): Plus1Error {
  if (reason instanceof Plus1Error) return reason;
  return new Plus1Error('PLUS1_INTERRUPTED', 'stopped before the pass ended', { cause: reason });
}
