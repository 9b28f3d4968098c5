/**
 * The time that went by since a moment, also while the machine was suspended. The monotonic clock of Linux stands still then;
 * the uptime goes on (https://man7.org/linux/man-pages/man5/proc_uptime.5.html). Neither moves when somebody sets the clock.
 * The one that ran further counts: a container may show an uptime of its own.
 */
import type { Clock } from './clock.js';

export interface ElapsedClock extends Pick<Clock, 'monotonic'> {
  /** Of the machine, ms; undefined where the system does not say it. */
  uptime(): number | undefined;
}

export interface Moment {
  monotonic: number;
  uptime: number | undefined;
}

export class Elapsed {
  readonly #clock: ElapsedClock;

  constructor(clock: ElapsedClock) {
    this.#clock = clock;
  }

  now(): Moment {
    return { monotonic: this.#clock.monotonic(), uptime: this.#clock.uptime() };
  }

  /** Ms. */
  since(then: Moment): number {
    const { monotonic, uptime: up } = this.now();
    const upMs = up === undefined || then.uptime === undefined ? 0 : up - then.uptime;
    return Math.max(monotonic - then.monotonic, upMs);
  }
}
