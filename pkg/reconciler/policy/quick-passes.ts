/**
 * Which kind of pass a policy gets now, and when it gets the next one. Full are the first pass of a process and of a generation, each
 * further one until a full pass had the whole list, what a person asks for, and one at every interval. Between them come quick ones: at
 * every quick interval, and where a hint calls for one.
 */
import type { Clock } from '../../base/index.js';
import { isSamePolicy, isWaiting, keyString, type PolicyIdentity, type PolicyKey } from '../../policies/index.js';
import type { Anchor } from '../anchor.js';
import type { Ended, PassOutcome, QuickTerms } from '../types.js';
import type { Intervals } from './intervals.js';
import type { PassLook } from './look.js';
import { nextPass, quickIntervalMs } from './schedule.js';

/**
 * The loop lets a wait last up to 5 % more or less. A full pass comes as much too early, as it does without quick ones, but where a hint
 * called for a quick one.
 */
const JITTER = 0.05;

/**
 * Where nothing but hints calls for quick passes, one more comes so long after a hint: GitHub's lists may lag by two minutes, and what
 * they did not show yet would wait for the next full pass.
 */
const LAG_MS = 130_000;

/** What the loop waits for. */
export interface QuickWait {
  /** Until the next quick pass, or the full one where that is sooner. */
  waitMs: number;
  /** Until the next full pass. */
  fullMs: number;
  /** Quick passes come by themselves, and ask again for what was not observed. */
  isRegular: boolean;
}

interface Kept {
  of: PolicyIdentity;
  generation: number;
  anchor: Anchor;
  /** When the next full pass is due, by the monotonic clock, and how long before that it may begin by itself. */
  dueMs: number;
  earlyMs: number;
  /** The same by the wall clock: a cron time is a time of that. */
  dueTimeMs: number;
}

export interface QuickPassesOptions {
  clock: Clock;
  /** The operator's floor under every policy's interval. */
  minIntervalMs: number;
  /** Hints call for quick passes, also of policies that have no quick interval. */
  areHinted?: boolean;
  intervals: Pick<Intervals, 'waitMs'>;
}

export class QuickPasses {
  readonly #options: QuickPassesOptions;
  readonly #kept = new Map<string, Kept>();

  constructor(options: QuickPassesOptions) {
    this.#options = options;
  }

  /** What the pass of this look hands on and goes on with; undefined where no quick pass follows it. */
  terms({ record }: PassLook): QuickTerms | undefined {
    return this.#mayBeQuick(record) ? { before: this.#of(record)?.anchor } : undefined;
  }

  /** What a quick pass is held against, where this look gets one. */
  anchor({ record, call }: PassLook, isAsked: boolean): Anchor | undefined {
    const kept = this.#of(record);
    if (isAsked || kept === undefined || !this.#mayBeQuick(record)) return undefined;
    if (call === undefined && this.#everyMs(record) === undefined) return undefined;
    return this.#isFullDue(record, kept, call === undefined ? kept.earlyMs : 0) ? undefined : kept.anchor;
  }

  /** When to look again after a pass that ended like this; undefined where no quick pass may come before the next full one. */
  wait({ record, call }: PassLook, { anchor, isQuick }: Pick<Ended, 'anchor' | 'isQuick'>): QuickWait | undefined {
    const [everyMs, kept] = [this.#everyMs(record), this.#of(record)];
    if (isQuick !== true)
      return everyMs === undefined || anchor === undefined
        ? undefined
        : this.#waitOf(everyMs, this.#options.intervals.waitMs(record));
    if (kept === undefined || !this.#mayBeQuick(record)) return undefined;
    const restMs = this.#restMs(record, kept);
    if (everyMs !== undefined) return this.#waitOf(everyMs, restMs);
    if (call === 'hint') return { waitMs: Math.min(LAG_MS, restMs), fullMs: restMs, isRegular: false };
    // A cron time is waited for by the wall clock.
    return isCron(record) ? undefined : { waitMs: restMs, fullMs: restMs, isRegular: false };
  }

  /** The full pass that is due now waits for its turn. False where no quick pass comes in its place. */
  postpone({ record, call }: PassLook, ms: number): boolean {
    const kept = this.#of(record);
    if (kept === undefined || !this.#mayBeQuick(record)) return false;
    if (call === undefined && this.#everyMs(record) === undefined) return false;
    const dueMs = this.#options.clock.monotonic() + ms;
    this.#kept.set(keyString(record.key), { ...kept, dueMs, earlyMs: 0 });
    return true;
  }

  /** Takes note of a pass that ended. */
  ended({ record }: PassLook, { anchor, isQuick }: Pick<PassOutcome, 'anchor' | 'isQuick'>): void {
    const id = keyString(record.key);
    const kept = this.#of(record);
    if (isQuick === true) {
      // One that failed left nothing: the next one is held against the same.
      if (kept !== undefined && anchor !== undefined) this.#kept.set(id, { ...kept, anchor });
      return;
    }
    this.#kept.delete(id);
    if (anchor === undefined || !this.#mayBeQuick(record)) return;
    const { generation } = record;
    const { clock, intervals } = this.#options;
    const waitMs = intervals.waitMs(record);
    const due = { dueMs: clock.monotonic() + waitMs, earlyMs: JITTER * waitMs };
    this.#kept.set(id, { of: record, generation, anchor, ...due, dueTimeMs: this.#nextMs(record, clock.now()) });
  }

  /** Whether a hint would come to a quick pass now. */
  canHint({ record }: PassLook): boolean {
    return this.#options.areHinted === true && this.#of(record) !== undefined && this.#mayBeQuick(record);
  }

  forget(key: PolicyKey): void {
    this.#kept.delete(keyString(key));
  }

  /** The loop may let a wait last longer: then the quick pass would be late. */
  #waitOf(everyMs: number, fullMs: number): QuickWait {
    return { waitMs: Math.min(everyMs / (1 + JITTER), fullMs), fullMs, isRegular: true };
  }

  #of(record: PassLook['record']): Kept | undefined {
    const kept = this.#kept.get(keyString(record.key));
    if (kept === undefined || !isSamePolicy(kept.of, record)) return undefined;
    return kept.generation === record.generation ? kept : undefined;
  }

  /** A rollback that is not carried out yet is for full passes: it lets repositories enter and leave that nothing else speaks of. */
  #mayBeQuick(record: PassLook['record']): boolean {
    if (isWaiting(record.rollback, record.status)) return false;
    return this.#options.areHinted === true || this.#everyMs(record) !== undefined;
  }

  #everyMs({ policy, rollback, status }: PassLook['record']): number | undefined {
    if (isWaiting(rollback, status)) return undefined;
    return quickIntervalMs(policy.spec.schedule, this.#options.minIntervalMs);
  }

  #isFullDue(record: PassLook['record'], { dueMs, dueTimeMs }: Kept, earlyMs: number): boolean {
    const { clock } = this.#options;
    return isCron(record) ? clock.now() >= dueTimeMs : clock.monotonic() >= dueMs - earlyMs;
  }

  #restMs(record: PassLook['record'], { dueMs }: Kept): number {
    const { clock } = this.#options;
    if (isCron(record)) return this.#nextMs(record, clock.now()) - clock.now();
    return Math.max(0, dueMs - clock.monotonic());
  }

  #nextMs({ policy }: PassLook['record'], afterMs: number): number {
    return nextPass(policy.spec.schedule, afterMs, this.#options.minIntervalMs).atMs;
  }
}

const isCron = ({ policy }: PassLook['record']): boolean => policy.spec.schedule.cron !== undefined;
