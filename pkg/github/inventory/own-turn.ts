/**
 * A turn of the event loop for each file. Judging one costs up to some 100 ms; fifty of an answer in one stretch, of several
 * batches or several policies at once, would leave probes, signals and the lease without an answer for seconds.
 */
import { setImmediate } from 'node:timers/promises';

/** The loop is one for the whole process, and so is the queue for it. */
let last: Promise<void> = Promise.resolve();

/** Resolves for one caller at a time. Between two of them the loop goes round once. */
export function ownTurn(): Promise<void> {
  last = last.then(() => setImmediate());
  return last;
}
