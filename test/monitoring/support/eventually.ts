/** Waiting for something that becomes so by itself, with an end. */
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 200;
/** Far beyond what it takes on a busy machine: reaching it means that it will never be so. */
const LONGEST_MS = 40_000;

/** Resolves as soon as `holds` does; `what` is named where it never does, with what `holds` last threw. */
export async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + LONGEST_MS;
  let fault: unknown;
  while (performance.now() < end) {
    try {
      if (await holds()) return;
      fault = undefined;
    } catch (error) {
      fault = error;
    }
    await sleep(POLL_MS);
  }
  throw new Error(`not within ${LONGEST_MS} ms: ${what}`, { cause: fault });
}
