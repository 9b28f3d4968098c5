/**
 * Looks that come due by the objects of a policy alone: an expiry, the end of a wait. The policy is looked at then though nothing
 * changed at GitHub; a quick pass does, and does not end at its glance.
 */
import { startTimer, type Timer, type Timers } from '../../base/index.js';
import { keyString, type PolicyKey } from '../../policies/index.js';

export interface InputLooksOptions {
  clock: Timers;
  /** Called where a look is due now. */
  onDue: (key: PolicyKey) => void;
}

interface Due {
  timer: Timer;
  /** Its time has come, and no pass has ended since. */
  hasCome: boolean;
}

export class InputLooks {
  readonly #options: InputLooksOptions;
  readonly #due = new Map<string, Due>();

  constructor(options: InputLooksOptions) {
    this.#options = options;
  }

  /** Takes note of a pass that ended: when it has to look again, and what time it was by then, both Unix ms by the time of the pass. */
  ended(key: PolicyKey, atMs: number | undefined, nowMs: number): void {
    this.forget(key);
    // A pass that could not do what was due already is no reason for passes without a pause: the interval brings the next one.
    if (atMs === undefined || atMs <= nowMs) return;
    const { clock, onDue } = this.#options;
    const come = (): void => {
      due.hasCome = true;
      onDue(key);
    };
    const due: Due = { timer: startTimer(clock, come, atMs - nowMs), hasCome: false };
    due.timer.unref();
    this.#due.set(keyString(key), due);
  }

  /** True where such a time has come and no pass has ended since. */
  isDue(key: PolicyKey): boolean {
    return this.#due.get(keyString(key))?.hasCome === true;
  }

  forget(key: PolicyKey): void {
    this.#due.get(keyString(key))?.timer.cancel();
    this.#due.delete(keyString(key));
  }
}
