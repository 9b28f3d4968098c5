/**
 * The time that went by since a moment, also while the machine was suspended. The monotonic clock of Linux stands still then;
 * the uptime goes on (https://man7.org/linux/man-pages/man5/proc_uptime.5.html). Neither moves when somebody sets the clock.
 * The one that ran further counts: a container may show an uptime of its own.
 */
import { uptime } from 'node:os';
import { performance } from 'node:perf_hooks';

export interface ElapsedClocks {
  /** Ms. */
  monotonic: () => number;
  /** Ms; undefined where the system does not say it. */
  uptime: () => number | undefined;
}

const SYSTEM: ElapsedClocks = { monotonic: () => performance.now(), uptime: systemUptime };

export interface Moment {
  monotonic: number;
  uptime: number | undefined;
}

export class Elapsed {
  readonly #clocks: ElapsedClocks;

  constructor(clocks: ElapsedClocks = SYSTEM) {
    this.#clocks = clocks;
  }

  now(): Moment {
    return { monotonic: this.#clocks.monotonic(), uptime: this.#clocks.uptime() };
  }

  /** Ms. */
  since(then: Moment): number {
    const { monotonic, uptime: up } = this.now();
    const upMs = up === undefined || then.uptime === undefined ? 0 : up - then.uptime;
    return Math.max(monotonic - then.monotonic, upMs);
  }
}

function systemUptime(): number | undefined {
  try {
    return uptime() * 1_000;
  } catch {
    return undefined;
  }
}
