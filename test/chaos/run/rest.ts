/**
 * When everything has come to rest: all promises have run, and so has each turn of the event loop that the product asked for. No
 * real I/O takes part in a run, so that there is nothing else to wait for.
 */
const real = globalThis.setImmediate;

export interface Turns {
  rest: () => Promise<void>;
  /** Gives the loop back. */
  end: () => void;
}

/** From now on turns are counted. */
export function countTurns(): Turns {
  let asked = 0;
  const counted = (run: (...args: unknown[]) => void, ...args: unknown[]): NodeJS.Immediate => {
    asked += 1;
    return real(() => {
      asked -= 1;
      run(...args);
    });
  };
  globalThis.setImmediate = counted as typeof setImmediate;
  return {
    rest: async () => {
      do await new Promise((resolve) => real(resolve));
      while (asked > 0);
    },
    end: () => void (globalThis.setImmediate = real),
  };
}
