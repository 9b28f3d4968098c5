/**
 * A turn of the event loop for each piece of work that others decide the cost of. Judging a file costs up to some 100 ms; fifty in
 * one stretch, of several batches or several policies at once, would leave probes, signals and the lease without an answer for
 * seconds.
 */

/**
 * A request takes the loop several times round: to accept the connection, to read what it says, to answer. With one round
 * between two files, a probe would wait for as many files as that.
 */
const ROUNDS = 4;

/** The loop is one for the whole process, and so is the queue for it. */
let last: Promise<void> = Promise.resolve();

/** Resolves for one caller at a time. Between two of them the loop goes round until requests have been answered. */
export function ownTurn(): Promise<void> {
  last = last.then(goRound);
  return last;
}

async function goRound(): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
