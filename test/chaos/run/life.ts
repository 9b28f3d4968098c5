/** One life of a process: it runs, may be stopped for a while (SIGSTOP) or killed, and never comes back after that. */
import type { Timeline } from './timeline.js';

const NEVER = new Promise<never>(() => undefined);

export class Life {
  isDead = false;
  isFrozen = false;
  /** Calls to files, over its life. */
  calls = 0;
  /** Called before each call to a file; it may kill. */
  onCall: (operation: string, path: string) => void = () => undefined;
  #parked: (() => void)[] = [];

  kill(): void {
    this.isDead = true;
    this.#parked = [];
  }

  freeze(): void {
    this.isFrozen = true;
  }

  /** What came due meanwhile happens at once. */
  thaw(): void {
    this.isFrozen = false;
    const parked = this.#parked;
    this.#parked = [];
    for (const run of parked) this.run(run);
  }

  /** Runs what comes from outside: a timer, an answer. */
  readonly run = (work: () => void): void => {
    if (this.isDead) return;
    if (this.isFrozen) this.#parked.push(work);
    else work();
  };

  /** What each call to a file and to the network waits for. */
  readonly gate = (operation: string, path: string): Promise<void> | undefined => {
    if (this.isDead) return NEVER;
    this.calls += 1;
    this.onCall(operation, path);
    return this.halted();
  };

  halted(): Promise<void> | undefined {
    if (this.isDead) return NEVER;
    return this.isFrozen ? new Promise((resolve) => this.#parked.push(resolve)) : undefined;
  }
}

/** The clock of a machine: somebody may set it, and it may be wrong. */
export interface Machine {
  name: string;
  /** How far its wall clock is from the true time, ms. */
  offsetMs: number;
}

/** What a process sees of the time. */
export function clockOf(timeline: Timeline, machine: Machine, life: Life): ProcessClock {
  const bornMs = timeline.elapsedMs - 1_000;
  const monotonic = (): number => timeline.elapsedMs - bornMs;
  return {
    now: () => timeline.now() + machine.offsetMs,
    monotonic,
    uptime: monotonic,
    // As Node does: below 1 ms, not a number, or beyond 32 bits means 1 ms.
    setTimeout: (run, ms) => {
      const due = timeline.after(ms >= 1 && ms <= 2 ** 31 - 1 ? Math.trunc(ms) : 1, () => life.run(run));
      return { cancel: () => due.cancel(), unref: () => undefined };
    },
  };
}

export interface ProcessClock {
  now(): number;
  monotonic(): number;
  uptime(): number;
  setTimeout(run: () => void, ms: number): { cancel(): void; unref(): void };
}
