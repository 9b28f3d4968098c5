/**
 * Hints that something changed on GitHub, such as a delivery of a webhook. Each calls for a quick pass, and no pass that a hint called
 * for starts sooner than five seconds after the start of another one. A hint that comes while a policy fails, or waits for a limit, ends
 * no wait: the look that follows sees the change as well. Nothing of a hint is taken for truth, and a lost one costs time alone.
 */
import { startTimer, type Timer, type Timers } from '../../base/index.js';
import { keyString, type PolicyKey } from '../../policies/index.js';

/** From the start of a pass to that of one which a hint calls for, ms. */
const HINT_GAP_MS = 5_000;

/** What a pass was called for by: a hint, or a quick pass of a hint that is not done with it. */
export type Call = 'hint' | 'again';

interface Hinted {
  /** A hint came, and no pass began since. */
  isWaiting: boolean;
  /** The next pass goes on with what a hint began. */
  isAgain: boolean;
  /** The policy waits for nothing but its next look. */
  rests: boolean;
  isLooking: boolean;
  /** When its last pass began, by the monotonic clock. */
  startedMs: number;
  timer?: Timer | undefined;
}

export interface PassHintsOptions {
  clock: Timers;
  /** Called where a look is due now. */
  onDue: (key: PolicyKey) => void;
}

export class PassHints {
  readonly #options: PassHintsOptions;
  readonly #states = new Map<string, Hinted>();

  constructor(options: PassHintsOptions) {
    this.#options = options;
  }

  /** Something may have changed. */
  hint(key: PolicyKey): void {
    const state = this.#of(key);
    state.isWaiting = state.isLooking || state.rests;
    if (!state.isLooking && state.rests) this.#call(key, state);
  }

  /** A look begins. What it finds says whether the policy rests after it. */
  begin(key: PolicyKey): void {
    this.#of(key).isLooking = true;
  }

  /** Whether hints call for passes from now on; those that came before wait for the end of the look. */
  rests(key: PolicyKey, is: boolean): void {
    this.#of(key).rests = is;
  }

  end(key: PolicyKey): void {
    const state = this.#states.get(keyString(key));
    if (state === undefined) return;
    state.isLooking = false;
    if (state.isWaiting && state.rests) this.#call(key, state);
    else state.isWaiting = false;
  }

  /** A hint waits for a pass to begin. */
  isWaiting(key: PolicyKey): boolean {
    return this.#states.get(keyString(key))?.isWaiting === true;
  }

  /** A pass begins, which answers every hint until now; `undefined` where none called for it. */
  take(key: PolicyKey): Call | undefined {
    const state = this.#of(key);
    const call = state.isWaiting ? 'hint' : state.isAgain ? 'again' : undefined;
    state.timer?.cancel();
    Object.assign(state, { isWaiting: false, isAgain: false, timer: undefined });
    state.startedMs = this.#options.clock.monotonic();
    return call;
  }

  /** The next pass goes on with it, whenever that one comes. */
  again(key: PolicyKey): void {
    this.#of(key).isAgain = true;
  }

  forget(key: PolicyKey): void {
    this.#states.get(keyString(key))?.timer?.cancel();
    this.#states.delete(keyString(key));
  }

  #call(key: PolicyKey, state: Hinted): void {
    const { clock, onDue } = this.#options;
    const waitMs = state.startedMs + HINT_GAP_MS - clock.monotonic();
    if (waitMs <= 0) return onDue(key);
    if (state.timer !== undefined) return;
    const fire = (): void => {
      state.timer = undefined;
      // While a look runs, its end says what becomes of the hint.
      if (state.isWaiting && !state.isLooking) onDue(key);
    };
    state.timer = startTimer(clock, fire, waitMs);
    state.timer.unref();
  }

  #of(key: PolicyKey): Hinted {
    const id = keyString(key);
    const known = this.#states.get(id);
    if (known !== undefined) return known;
    const state = { isWaiting: false, isAgain: false, rests: false, isLooking: false, startedMs: -HINT_GAP_MS };
    this.#states.set(id, state);
    return state;
  }
}
