/** A controller in virtual time, with everything it told: what a test does not care about has a sensible default. */
import type { Log } from '../../pkg/base/index.js';
import {
  Controller,
  type ControllerMetrics,
  type ControllerOptions,
  type Reconcile,
  type UnfinishedWork,
} from '../../pkg/controller/index.js';
import { VirtualClock } from '../fakes/clock.js';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

export interface Line {
  level: 'debug' | 'info' | 'warn' | 'error';
  msg: string;
  fields: Record<string, unknown>;
}

/** Keeps every line, with the fields of its parents. */
export function recordingLog(lines: Line[], fixed: Record<string, unknown> = {}): Log {
  const at =
    (level: Line['level']) =>
    (msg: string, fields: Record<string, unknown> = {}): void =>
      void lines.push({ level, msg, fields: { ...fixed, ...fields } });
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: (fields) => recordingLog(lines, { ...fixed, ...fields }),
  };
}

/** The numbers behind each series: counters count, gauges hold the last value, histograms hold all values. */
export class CountingMetrics implements ControllerMetrics {
  readonly counts: Record<string, number> = {};
  readonly gauges: Record<string, number> = {};
  readonly observed: Record<string, number[]> = {};
  unfinished: () => UnfinishedWork = () => ({ seconds: -1, longestSeconds: -1 });

  readonly queue = {
    depth: (keys: number): void => this.#set('depth', keys),
    add: (): void => this.#count('adds'),
    queueDuration: (seconds: number): void => this.#observe('queueDuration', seconds),
    workDuration: (seconds: number): void => this.#observe('workDuration', seconds),
    retry: (): void => this.#count('retries'),
    watchUnfinished: (read: () => UnfinishedWork): void => void (this.unfinished = read),
  };

  maxConcurrentReconciles = (workers: number): void => this.#set('maxConcurrent', workers);
  activeWorkers = (workers: number): void => this.#set('activeWorkers', workers);
  reconcile = (result: string): void => this.#count(`reconcile:${result}`);
  reconcileTime = (seconds: number): void => this.#observe('reconcileTime', seconds);
  reconcileError = (): void => this.#count('errors');
  terminalError = (): void => this.#count('terminal');
  panic = (): void => this.#count('panics');
  timeout = (): void => this.#count('timeouts');

  #count(name: string): void {
    this.counts[name] = (this.counts[name] ?? 0) + 1;
  }

  #set(name: string, value: number): void {
    this.gauges[name] = value;
  }

  #observe(name: string, value: number): void {
    (this.observed[name] ??= []).push(value);
  }
}

/** A small reproducible generator (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class Harness {
  readonly clock = new VirtualClock();
  readonly metrics = new CountingMetrics();
  readonly lines: Line[] = [];
  /** Start of each run by the monotonic clock, in order. */
  readonly runs: { key: string; at: number; reconcileID: string; signal: AbortSignal }[] = [];
  readonly stop = new AbortController();
  readonly controller: Controller;
  finished: Promise<void> = Promise.resolve();
  isFinished = false;

  /** `random` of 0.5 means: no jitter for intervals. */
  constructor(reconcile: Reconcile, options: Partial<ControllerOptions> = {}) {
    let ids = 0;
    this.controller = new Controller({
      name: 'policies',
      concurrency: 1,
      clock: this.clock,
      random: () => 0.5,
      newID: () => `id-${(ids += 1)}`,
      log: recordingLog(this.lines),
      metrics: this.metrics,
      reconcile: (key, context) => {
        this.runs.push({ key, at: this.clock.monotonic(), ...context });
        return reconcile(key, context);
      },
      ...options,
    });
  }

  start(...keys: string[]): this {
    for (const key of keys) this.controller.add(key);
    this.finished = this.controller.run(this.stop.signal).finally(() => (this.isFinished = true));
    return this;
  }

  /** When the key ran, by the monotonic clock. */
  times(key: string): number[] {
    return this.runs.filter((run) => run.key === key).map(({ at }) => at);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = this.clock.setTimeout(resolve, ms);
      signal?.addEventListener('abort', () => {
        timer.cancel();
        reject(signal.reason as Error);
      });
    });
  }
}

/** A run that ends only when its signal aborts, as every I/O does. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );
}

/** A run that heeds nothing. */
export const never = (): Promise<never> => new Promise(() => undefined);

/** Something to open by hand. */
export function gate(): { open: () => void; passed: Promise<void> } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { open, passed };
}
