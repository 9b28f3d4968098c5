/**
 * Time that passes only when a test says so. Timers run in the order of their time, then of their making, and after each
 * everything that it set going (promises, ticks) comes to rest before the next: the same test gives the same order
 * every time. Hazard: real I/O does not come to rest that fast; a test with sockets must await them itself.
 */
import { type ElapsedClock, MAX_TIMER_MS, type Timer, type Timers } from '../../pkg/base/index.js';
import { systemClock } from '../../cmd/plus1/clock.js';

interface Pending {
  due: number;
  order: number;
  run: () => void;
}

export class VirtualClock implements Timers, ElapsedClock {
  /** By the monotonic clock, which starts at 0. */
  #elapsed = 0;
  #wallOffset: number;
  #suspendedMs = 0;
  #made = 0;
  #isAdvancing = false;
  readonly #pending = new Set<Pending>();

  /** `start` is Unix ms; default 2026-11-22T10:00:00Z. */
  constructor(start = Date.UTC(2026, 10, 22, 10)) {
    this.#wallOffset = start;
  }

  /** Timers that have not fired. */
  get timers(): number {
    return this.#pending.size;
  }

  /** When the first of them will, by the monotonic clock. */
  get nextDue(): number | undefined {
    return this.#next(Infinity)?.due;
  }

  now(): number {
    return this.#wallOffset + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  uptime(): number {
    return this.#elapsed + this.#suspendedMs;
  }

  /** As Node does: below 1 ms, not a number, or beyond 32 bits means 1 ms. */
  setTimeout(run: () => void, ms: number): Timer {
    const delay = ms >= 1 && ms <= MAX_TIMER_MS ? Math.trunc(ms) : 1;
    const pending = { due: this.#elapsed + delay, order: (this.#made += 1), run };
    this.#pending.add(pending);
    return { cancel: () => void this.#pending.delete(pending), unref: () => undefined };
  }

  /** Somebody sets the wall clock; no time passes. */
  shiftWallClock(ms: number): void {
    this.#wallOffset += ms;
  }

  /** The machine sleeps so long, and wakes up: no timer runs, and the monotonic clock stands still. */
  suspend(ms: number): void {
    this.#wallOffset += ms;
    this.#suspendedMs += ms;
  }

  /** Lets `ms` pass; `advance(0)` only lets everything come to rest. */
  async advance(ms: number): Promise<void> {
    if (this.#isAdvancing) throw new Error('the clock is already being advanced: await it');
    this.#isAdvancing = true;
    try {
      const end = this.#elapsed + ms;
      await rest();
      for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
        this.#pending.delete(next);
        this.#elapsed = Math.max(this.#elapsed, next.due);
        next.run();
        await rest();
      }
      this.#elapsed = end;
    } finally {
      this.#isAdvancing = false;
    }
  }

  /** Lets time pass until the wall clock shows `unixMs`. */
  advanceTo(unixMs: number): Promise<void> {
    return this.advance(Math.max(0, unixMs - this.now()));
  }

  #next(end: number): Pending | undefined {
    let first: Pending | undefined;
    for (const pending of this.#pending) {
      if (pending.due > end) continue;
      if (
        first === undefined ||
        pending.due < first.due ||
        (pending.due === first.due && pending.order < first.order)
      ) {
        first = pending;
      }
    }
    return first;
  }
}

/**
 * What it shows, with timers of real time: for real I/O, whose bounds would be over in virtual time before anything came. Its
 * waits need a monotonic clock that goes on: give `sleep` apart.
 */
export function inRealTime(clock: VirtualClock): Timers {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    setTimeout: afterTurns,
  };
}

const TURNS = 30;

/**
 * A bound on real I/O between a client and a server of one process, counted in turns of the event loop, which take that time
 * together where nothing else runs. On a busy machine the process may stand still for longer than a bound of milliseconds; an
 * answer that is on its way then would be late, but not silence.
 */
export function afterTurns(run: () => void, ms: number): Timer {
  let left = TURNS;
  let isHeld = true;
  let timer: Timer;
  const turn = (): void => {
    if (left === 0) return run();
    left -= 1;
    timer = systemClock.setTimeout(turn, ms / TURNS);
    if (!isHeld) timer.unref();
  };
  turn();
  return {
    cancel: () => timer.cancel(),
    unref: () => {
      isHeld = false;
      timer.unref();
    },
  };
}

/** A macrotask: by then all microtasks and ticks have run, however long the chain. */
function rest(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
