/**
 * How long policies wait from one full pass to the next: their interval, or more where all full passes of their credential would take
 * more than half of its hourly limits.
 */
import { formatDuration } from '../../api/index.js';
import type { Clock } from '../../base/index.js';
import type { FullPasses, GitHub } from '../../github/index.js';
import { keyString, type PolicyKey } from '../../policies/index.js';
import type { PassLook } from './look.js';
import { nextPass } from './schedule.js';

/** A stretch of less is within what the loop lets a wait last longer. */
const LEAST_STRETCH = 1.01;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export interface IntervalsOptions {
  clock: Clock;
  /** The operator's floor under every policy's interval. */
  minIntervalMs: number;
}

interface Kept {
  /** Of the credential that the last full pass used. */
  fullPasses: FullPasses;
  /** What was planned after it. */
  waitMs: number;
}

type Record = PassLook['record'];

export class Intervals {
  readonly #options: IntervalsOptions;
  readonly #kept = new Map<string, Kept>();

  constructor(options: IntervalsOptions) {
    this.#options = options;
  }

  /** Takes note of a full pass that ended, and plans the next one. */
  ended(record: Record, { fullPasses, sent }: Pick<GitHub, 'fullPasses' | 'sent'>, isFailed: boolean): void {
    const id = keyString(record.key);
    const before = this.#kept.get(id)?.fullPasses;
    if (before !== fullPasses) before?.forget(id);
    const { clock } = this.#options;
    const pass = { cost: sent().cost, intervalMs: this.#wantedMs(record), isFailed };
    this.#kept.set(id, { fullPasses, waitMs: fullPasses.ended(id, pass, clock.monotonic()) });
  }

  /** From one full pass to the next, ms. */
  everyMs(record: Record): number {
    const wantedMs = this.#wantedMs(record);
    // What passes at named times take is counted, but those times hold.
    if (isCron(record)) return wantedMs;
    const id = keyString(record.key);
    const everyMs = this.#kept.get(id)?.fullPasses.everyMs(id, wantedMs) ?? wantedMs;
    return everyMs < LEAST_STRETCH * wantedMs ? wantedMs : everyMs;
  }

  /** From the last full pass to the next, ms: among others of the same credential, the first wait is shorter. */
  waitMs(record: Record): number {
    return this.#kept.get(keyString(record.key))?.waitMs ?? this.everyMs(record);
  }

  /** The interval that holds, as the status has it; undefined where that is what the policy says. */
  effective(record: Record): string | undefined {
    const ms = this.everyMs(record);
    if (ms === this.#wantedMs(record)) return undefined;
    const unit = ms >= HOUR_MS ? MINUTE_MS : 1_000;
    return formatDuration(Math.ceil(ms / unit) * unit);
  }

  /** How long a full pass has to wait for its turn among all of its credential, ms: 0 where it may begin. */
  untilTurn(record: Record): number {
    if (isCron(record)) return 0;
    const id = keyString(record.key);
    return this.#kept.get(id)?.fullPasses.begin(id, this.#options.clock.monotonic()) ?? 0;
  }

  forget(key: PolicyKey): void {
    const id = keyString(key);
    this.#kept.get(id)?.fullPasses.forget(id);
    this.#kept.delete(id);
  }

  #wantedMs({ policy }: Record): number {
    const { clock, minIntervalMs } = this.#options;
    const { schedule } = policy.spec;
    const nowMs = clock.now();
    const { atMs, exact } = nextPass(schedule, nowMs, minIntervalMs);
    return exact ? nextPass(schedule, atMs, minIntervalMs).atMs - atMs : atMs - nowMs;
  }
}

const isCron = ({ policy }: Record): boolean => policy.spec.schedule.cron !== undefined;
