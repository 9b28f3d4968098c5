/** What DNS says of the names of egress rules, within a bound: what does not come in time is not known. */
import { boundSignal, type Timers } from '../../../base/index.js';
import type { Resolution } from '../../../workflows/index.js';

/** Asks for A records of one name, as the agent does. Never throws but by the signal. */
export type ResolveName = (name: string, signal: AbortSignal) => Promise<Resolution>;

const AT_ONCE = 8;
/** How long a pass waits for all answers, ms. */
const MAX_WAIT_MS = 30_000;
/** Names asked for in one pass; those beyond it are not known. */
const MAX_NAMES = 2_000;

export async function resolveNames(
  names: readonly string[],
  { resolve, timers }: { resolve: ResolveName; timers: Timers },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Resolution>> {
  const answers = new Map<string, Resolution>();
  const bound = boundSignal(timers, MAX_WAIT_MS, { outer: signal });
  const queue = names.slice(0, MAX_NAMES).values();
  const worker = async (): Promise<void> => {
    for (const name of queue) {
      if (bound.signal.aborted) return;
      answers.set(name, await resolve(name, bound.signal).catch(() => 'unknown' as const));
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  } finally {
    bound.release();
  }
  signal.throwIfAborted();
  return answers;
}
