/** What a command is given of the process, so that a test can drive it without one. */
import type { Timers } from '../../pkg/base/index.js';
import { systemClock } from './clock.js';

export interface CommandIO {
  stdout: NodeJS.WritableStream & { isTTY?: boolean };
  stderr: NodeJS.WritableStream & { isTTY?: boolean };
  stdin: NodeJS.ReadableStream;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** Aborted by SIGINT and SIGTERM. */
  signal: AbortSignal;
  /** Calls back on SIGHUP. */
  onHangup: (run: () => void) => void;
  /** Unix ms. */
  clock: () => number;
  /** Ms since a fixed but unknown moment; never goes back. */
  monotonic: () => number;
  /** From 0 to 1. */
  random: () => number;
  /** Says the exit code; the process ends when its work has. */
  done: (code: number) => void;
}

/** Both clocks and the real timers, as everything takes them that measures time. */
export const clockOf = ({ clock, monotonic }: CommandIO): Timers => ({ ...systemClock, now: clock, monotonic });

/** Exit codes of contract: usage comes before failure, failure before held. */
export const EXIT = { ok: 0, failed: 1, usage: 2, held: 3 } as const;
