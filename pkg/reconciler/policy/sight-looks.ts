/**
 * Looks between two passes that are far apart. `Compliant` says `True` by what the last complete pass saw, and for a day at most. Where
 * the next pass comes later, the policy is looked at once in between: GitHub is asked nothing, and the status alone is published. The same where something else
 * of the status changed, such as what was delivered of its messages.
 */
import type { PolicyStatus } from '../../api/index.js';
import type { Clock } from '../../base/index.js';
import type { ExactTime, Result } from '../../controller/index.js';
import { keyString, type PolicyKey, type PolicyRecord } from '../../policies/index.js';
import { compliantEndsMs } from '../status/compliant.js';

/** A pass that comes so soon after the end of a day is itself the look: or a daily one would be `Unknown` for an instant each day. */
const SOON_MS = 60_000;

type Wait = Extract<Result, { kind: 'requeueAfter' | 'wait' | 'at' }>;

interface Due {
  /** When `Compliant` is known no longer, Unix ms; undefined where the next pass comes before that. */
  endsMs: number | undefined;
  /** Somebody wants the status published, and no pass. */
  isRefreshed: boolean;
  /** Of the policy that the wait is for: a changed one gets its pass. */
  generation: number;
  /** What was waited for. A length counts from `fromMs`, by the monotonic clock. */
  wait: Wait;
  fromMs: number;
}

export class SightLooks {
  readonly #clock: Clock;
  readonly #due = new Map<string, Due>();
  /** Policies whose status is to be published, and that had no wait when that was asked for. */
  readonly #wanted = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The result of a look that ended with that status: where a look is needed before the next pass, that look first. */
  before(result: Result, { key, generation }: PolicyRecord, status: PolicyStatus): Result {
    const wait = waitOf(result);
    if (wait === undefined) return result;
    const nextMs = wait.kind === 'at' ? wait.untilMs : this.#clock.now() + wait.ms;
    const compliantMs = compliantEndsMs(status);
    const endsMs = compliantMs === undefined || nextMs <= compliantMs + SOON_MS ? undefined : compliantMs;
    const isRefreshed = this.#wanted.delete(keyString(key)) && result.kind !== 'terminal';
    this.#due.set(keyString(key), { endsMs, isRefreshed, generation, wait, fromMs: this.#clock.monotonic() });
    if (isRefreshed) return { kind: 'requeueAfter', ms: 0 };
    if (endsMs === undefined) return result;
    const at = exactly(endsMs);
    return result.kind === 'terminal' ? { kind: 'terminal', error: result.error, retryAt: at } : { kind: 'at', ...at };
  }

  /** The next look publishes the status, and goes on waiting. True where a look is to be called for now. */
  refresh(key: PolicyKey): boolean {
    const due = this.#due.get(keyString(key));
    if (due === undefined) this.#wanted.add(keyString(key));
    else due.isRefreshed = true;
    return due !== undefined;
  }

  /** Where this look is such a one, what is left to wait for until the pass; undefined where the look may come to a pass. */
  take({ key, generation }: PolicyRecord, isAsked: boolean): Wait | undefined {
    const due = this.#due.get(keyString(key));
    this.#due.delete(keyString(key));
    if (due === undefined || isAsked || due.generation !== generation) return undefined;
    const { wait, fromMs, endsMs = Infinity, isRefreshed } = due;
    if (!isRefreshed && this.#clock.now() < endsMs) return undefined;
    if (wait.kind === 'at') return wait.untilMs > this.#clock.now() ? wait : undefined;
    const ms = wait.ms - (this.#clock.monotonic() - fromMs);
    return ms > 0 ? { ...wait, ms } : undefined;
  }

  forget(key: PolicyKey): void {
    this.#due.delete(keyString(key));
    this.#wanted.delete(keyString(key));
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
