/**
 * One listener for each signal, however many wait for it. The signal of a process is waited for by each file that is read at
 * the same time, and Node takes more than ten listeners for a leak and writes so among the log lines. To raise that number
 * would hide a real leak.
 */
interface Waiting {
  ends: Set<() => void>;
  listener: () => void;
}

const waiting = new WeakMap<AbortSignal, Waiting>();

/** Calls `end` once when the signal is aborted, unless what is returned was called before. Not for one that is aborted. */
export function onAbort(signal: AbortSignal, end: () => void): () => void {
  const { ends, listener } = waiting.get(signal) ?? begin(signal);
  // Two that wait with the same function are two.
  const own = (): void => end();
  ends.add(own);
  return () => {
    ends.delete(own);
    if (ends.size > 0 || waiting.get(signal)?.ends !== ends) return;
    signal.removeEventListener('abort', listener);
    waiting.delete(signal);
  };
}

function begin(signal: AbortSignal): Waiting {
  const ends = new Set<() => void>();
  const listener = (): void => {
    waiting.delete(signal);
    for (const end of [...ends]) end();
  };
  signal.addEventListener('abort', listener, { once: true });
  const made = { ends, listener };
  waiting.set(signal, made);
  return made;
}
