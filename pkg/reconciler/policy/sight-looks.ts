/**
 * Looks between two passes that are far apart. `Compliant` says `True` by what the last complete pass saw, and for a day at most. Where
 * the next pass comes later, the policy is looked at once in between: GitHub is asked nothing, and the status alone is published.
 */
import type { PolicyStatus } from '../../api/index.js';
import type { Clock } from '../../base/index.js';
import type { ExactTime, Result } from '../../controller/index.js';
import { keyString, type PolicyKey, type PolicyRecord } from '../../policies/index.js';
import { compliantEndsMs } from '../status/conditions.js';

/** A pass that comes so soon after the end of a day is itself the look: or a daily one would be `Unknown` for an instant each day. */
const SOON_MS = 60_000;

type Wait = Extract<Result, { kind: 'requeueAfter' | 'wait' | 'at' }>;

interface Due {
  /** When `Compliant` is known no longer, Unix ms. */
  endsMs: number;
  /** Of the policy that the wait is for: a changed one gets its pass. */
  generation: number;
  /** What was waited for. A length counts from `fromMs`, by the monotonic clock. */
  wait: Wait;
  fromMs: number;
}

export class SightLooks {
  readonly #clock: Clock;
  readonly #due = new Map<string, Due>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The result of a look that ended with that status: where a look is needed before the next pass, that look first. */
  before(result: Result, { key, generation }: PolicyRecord, status: PolicyStatus): Result {
    const [endsMs, wait] = [compliantEndsMs(status), waitOf(result)];
    if (endsMs === undefined || wait === undefined) return result;
    const nextMs = wait.kind === 'at' ? wait.untilMs : this.#clock.now() + wait.ms;
    if (nextMs <= endsMs + SOON_MS) return result;
    this.#due.set(keyString(key), { endsMs, generation, wait, fromMs: this.#clock.monotonic() });
    const at = exactly(endsMs);
    return result.kind === 'terminal' ? { kind: 'terminal', error: result.error, retryAt: at } : { kind: 'at', ...at };
  }

  /** Where this look is such a one, what is left to wait for until the pass; undefined where the look may come to a pass. */
  take({ key, generation }: PolicyRecord, isAsked: boolean): Wait | undefined {
    const due = this.#due.get(keyString(key));
    this.#due.delete(keyString(key));
    if (due === undefined || isAsked || due.generation !== generation || this.#clock.now() < due.endsMs)
      return undefined;
    const { wait, fromMs } = due;
    if (wait.kind === 'at') return wait.untilMs > this.#clock.now() ? wait : undefined;
    const ms = wait.ms - (this.#clock.monotonic() - fromMs);
    return ms > 0 ? { ...wait, ms } : undefined;
  }

  forget(key: PolicyKey): void {
    this.#due.delete(keyString(key));
  }
}

/** What a result waits for, where it waits for anything by itself. */
function waitOf(result: Result): Wait | undefined {
  if (result.kind === 'done') return undefined;
  if (result.kind !== 'terminal') return result;
  if (result.retryAt !== undefined) return { kind: 'at', ...result.retryAt };
  return result.retryAfterMs === undefined ? undefined : { kind: 'requeueAfter', ms: result.retryAfterMs };
}

/** One time of the wall clock, and none after it. */
export function exactly(untilMs: number): ExactTime {
  return { untilMs, next: (afterMs) => Math.max(untilMs, afterMs) };
}
